/*
 * The module "evio:unix-socket": what quickjs:os lacks of what the plugin needs. It only names a system call for JavaScript;
 * everything that decides is TypeScript, in this folder.
 */
#include <errno.h>
#include <stddef.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>
#include "quickjs.h"

/* connect(path): a connected, non-blocking stream socket; or the negated errno of connect(2), unix(7). */
static JSValue unix_socket_connect(JSContext *context, JSValueConst self, int count, JSValueConst *arguments)
{
  struct sockaddr_un address = { .sun_family = AF_UNIX };
  (void)self;
  (void)count;
  size_t length;
  const char *path = JS_ToCStringLen(context, &length, arguments[0]);
  if (!path)
    return JS_EXCEPTION;
  /* A path with a NUL in it would name another file, or none: unix(7), "Abstract sockets". */
  const int fits = length > 0 && length < sizeof(address.sun_path) && !memchr(path, 0, length);
  if (fits)
    memcpy(address.sun_path, path, length);
  JS_FreeCString(context, path);
  if (!fits)
    return JS_NewInt32(context, -ENAMETOOLONG);

  const int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
  if (fd < 0)
    return JS_NewInt32(context, -errno);
  if (connect(fd, (const struct sockaddr *)&address, sizeof(address)) == 0)
    return JS_NewInt32(context, fd);
  const int failure = errno;
  close(fd);
  return JS_NewInt32(context, -failure);
}

static const JSCFunctionListEntry exports[] = { JS_CFUNC_DEF("connect", 1, unix_socket_connect) };

static int initialise(JSContext *context, JSModuleDef *module)
{
  return JS_SetModuleExportList(context, module, exports, 1);
}

JSModuleDef *js_init_module_unix_socket(JSContext *context, const char *name)
{
  JSModuleDef *module = JS_NewCModule(context, name, initialise, NULL);
  if (module)
    JS_AddModuleExportList(context, module, exports, 1);
  return module;
}

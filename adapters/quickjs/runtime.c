/*
 * The module "evio:runtime": what the plugin needs and quickjs:os lacks. It only names system calls for JavaScript; everything
 * that decides is TypeScript, in this folder.
 */
#include <errno.h>
#include <stddef.h>
#include <string.h>
#include <sys/file.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>
#include "quickjs.h"
#include "quickjs-eventloop.h"

/* connect(path): a connected, non-blocking stream socket; or the negated errno of connect(2), unix(7). */
static JSValue runtime_connect(JSContext *context, JSValueConst self, int count, JSValueConst *arguments)
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

/* lockShared(fd): 0 with the shared lock, which is not waited for; or the negated errno of flock(2), -EAGAIN when it is held. */
static JSValue runtime_lock_shared(JSContext *context, JSValueConst self, int count, JSValueConst *arguments)
{
  int32_t fd;
  (void)self;
  (void)count;
  if (JS_ToInt32(context, &fd, arguments[0]))
    return JS_EXCEPTION;
  return JS_NewInt32(context, flock(fd, LOCK_SH | LOCK_NB) == 0 ? 0 : -errno);
}

/* fsync(fd): 0 when the file, or the names in the folder, are on disk; or the negated errno of fsync(2). */
static JSValue runtime_fsync(JSContext *context, JSValueConst self, int count, JSValueConst *arguments)
{
  int32_t fd;
  (void)self;
  (void)count;
  if (JS_ToInt32(context, &fd, arguments[0]))
    return JS_EXCEPTION;
  return JS_NewInt32(context, fsync(fd) == 0 ? 0 : -errno);
}

static const JSCFunctionListEntry exports[] = {
  JS_CFUNC_DEF("connect", 1, runtime_connect),
  JS_CFUNC_DEF("lockShared", 1, runtime_lock_shared),
  JS_CFUNC_DEF("fsync", 1, runtime_fsync),
};

static const int export_count = sizeof(exports) / sizeof(exports[0]);

static int initialise(JSContext *context, JSModuleDef *module)
{
  return JS_SetModuleExportList(context, module, exports, export_count);
}

JSModuleDef *js_init_module_runtime(JSContext *context, const char *name)
{
  JSRuntime *runtime = JS_GetRuntime(context);
  /* A run that ends in any other way than by exit has failed: a DEL that ran out of memory must not look done. */
  js_eventloop_set_exit_code(runtime, 1);
  /* JSON nested too deeply is to be refused, not to crash: the engine's own limit is more than a small RLIMIT_STACK gives. */
  JS_SetMaxStackSize(runtime, 256 * 1024);
  /*
   * No collection of cycles. Collecting frees the callback of a pending timer that can be reached from its own handle only
   * (bellard/quickjs issue 218), and a run is over before its garbage would matter. References are still counted.
   */
  JS_SetGCThreshold(runtime, (size_t)-1);
  JSModuleDef *module = JS_NewCModule(context, name, initialise, NULL);
  if (module)
    JS_AddModuleExportList(context, module, exports, export_count);
  return module;
}

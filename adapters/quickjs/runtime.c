/*
 * The module "evio:runtime": what the plugin needs and quickjs:os lacks. It only names system calls for JavaScript; everything
 * that decides is TypeScript, in this folder.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <spawn.h>
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

static void free_environment(JSContext *context, char **environment)
{
  for (char **entry = environment; *entry; entry++)
    JS_FreeCString(context, *entry);
  js_free(context, environment);
}

/* An array of texts as execve(2) takes them; NULL with an exception pending. */
static char **to_environment(JSContext *context, JSValueConst texts)
{
  uint32_t length;
  JSValue counted = JS_GetPropertyStr(context, texts, "length");
  const int uncounted = JS_ToUint32(context, &length, counted);
  JS_FreeValue(context, counted);
  if (uncounted)
    return NULL;
  char **environment = js_mallocz(context, ((size_t)length + 1) * sizeof(char *));
  for (uint32_t index = 0; environment && index < length; index++) {
    JSValue text = JS_GetPropertyUint32(context, texts, index);
    environment[index] = (char *)JS_ToCString(context, text);
    JS_FreeValue(context, text);
    if (!environment[index]) {
      free_environment(context, environment);
      return NULL;
    }
  }
  return environment;
}

static int start(pid_t *process, const char *path, char **environment, const int input[2], const int output[2])
{
  char *const line[] = { (char *)path, NULL };
  posix_spawn_file_actions_t actions;
  posix_spawnattr_t attributes;
  sigset_t signals;
  posix_spawn_file_actions_init(&actions);
  posix_spawn_file_actions_adddup2(&actions, input[0], 0);
  posix_spawn_file_actions_adddup2(&actions, output[1], 1);
  posix_spawnattr_init(&attributes);
  posix_spawnattr_setflags(&attributes, POSIX_SPAWN_SETSIGDEF);
  sigemptyset(&signals);
  sigaddset(&signals, SIGPIPE);
  posix_spawnattr_setsigdefault(&attributes, &signals);
  const int failure = posix_spawn(process, path, &actions, &attributes, line, environment);
  posix_spawnattr_destroy(&attributes);
  posix_spawn_file_actions_destroy(&actions);
  return failure;
}

/*
 * spawn(path, environment): [process id, its stdin, its stdout] of the program at this very path, with this environment ("K=V")
 * alone and our stderr; or the negated errno of pipe2(2), posix_spawn(3). Our two ends do not block. quickjs:os would close
 * each descriptor that there could be, of which a container runtime may allow a thousand million.
 */
static JSValue runtime_spawn(JSContext *context, JSValueConst self, int count, JSValueConst *arguments)
{
  int input[2], output[2], failure = 0;
  pid_t process = 0;
  (void)self;
  (void)count;
  const char *path = JS_ToCString(context, arguments[0]);
  if (!path)
    return JS_EXCEPTION;
  char **environment = to_environment(context, arguments[1]);
  if (!environment) {
    JS_FreeCString(context, path);
    return JS_EXCEPTION;
  }
  if (pipe2(input, O_CLOEXEC))
    failure = errno;
  else if (pipe2(output, O_CLOEXEC)) {
    failure = errno;
    close(input[0]);
    close(input[1]);
  } else {
    failure = start(&process, path, environment, input, output);
    close(input[0]);
    close(output[1]);
    if (failure) {
      close(input[1]);
      close(output[0]);
    }
  }
  free_environment(context, environment);
  JS_FreeCString(context, path);
  if (failure)
    return JS_NewInt32(context, -failure);
  fcntl(input[1], F_SETFL, O_NONBLOCK);
  fcntl(output[0], F_SETFL, O_NONBLOCK);
  JSValue started = JS_NewArray(context);
  JS_SetPropertyUint32(context, started, 0, JS_NewInt32(context, process));
  JS_SetPropertyUint32(context, started, 1, JS_NewInt32(context, input[1]));
  JS_SetPropertyUint32(context, started, 2, JS_NewInt32(context, output[0]));
  return started;
}

/* What services/cni-plugin/build.ts makes of modules that few runs need: reading bytecode is most of a module's price. */
extern const uint32_t evio_delegation_size;
extern const uint8_t evio_delegation[];
extern const uint32_t evio_run_delegate_size;
extern const uint8_t evio_run_delegate[];

static JSValue load(JSContext *context, const uint8_t *bytes, size_t size)
{
  JSValue module = JS_ReadObject(context, bytes, size, JS_READ_OBJ_BYTECODE);
  if (JS_IsException(module))
    return module;
  if (JS_ResolveModule(context, module) < 0) {
    JS_FreeValue(context, module);
    return JS_EXCEPTION;
  }
  JSModuleDef *loaded = JS_VALUE_GET_PTR(module);
  JSValue evaluated = JS_EvalFunction(context, module);
  if (JS_IsException(evaluated))
    return evaluated;
  JS_FreeValue(context, evaluated);
  return JS_GetModuleNamespace(context, loaded);
}

/* loadDelegation(): the exports of services/cni-plugin/via-delegate.ts. import() would need the debug information that is not there. */
static JSValue runtime_load_delegation(JSContext *context, JSValueConst self, int count, JSValueConst *arguments)
{
  (void)self;
  (void)count;
  (void)arguments;
  return load(context, evio_delegation, evio_delegation_size);
}

/* loadRunDelegate(): those of run-delegate.ts in this folder. */
static JSValue runtime_load_run_delegate(JSContext *context, JSValueConst self, int count, JSValueConst *arguments)
{
  (void)self;
  (void)count;
  (void)arguments;
  return load(context, evio_run_delegate, evio_run_delegate_size);
}

static const JSCFunctionListEntry exports[] = {
  JS_CFUNC_DEF("connect", 1, runtime_connect),
  JS_CFUNC_DEF("lockShared", 1, runtime_lock_shared),
  JS_CFUNC_DEF("fsync", 1, runtime_fsync),
  JS_CFUNC_DEF("spawn", 2, runtime_spawn),
  JS_CFUNC_DEF("loadDelegation", 0, runtime_load_delegation),
  JS_CFUNC_DEF("loadRunDelegate", 0, runtime_load_run_delegate),
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

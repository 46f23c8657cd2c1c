// A second, tiny N-API addon: catches what native code writes to file descriptor 2.
//
// TensorFlow writes two notices to stderr while it starts that no setting removes without making it slower (switching
// oneDNN off costs 2.6x). `capture()` sends descriptor 2 to an unnamed temporary file, `release()` puts the old descriptor
// back and returns the caught text, so that the loader can drop the known notices and pass everything else on.
#include <node_api.h>
#include <fcntl.h>
#include <stdio.h>
#include <unistd.h>
#include <string>

static int saved = -1;
static FILE *caught = nullptr;

// capture(): true when stderr is now caught, false when it could not be (or is already).
static napi_value Capture(napi_env env, napi_callback_info) {
  bool ok = false;
  if (saved < 0 && (caught = tmpfile()) != nullptr) {
    fflush(stderr);
    saved = fcntl(2, F_DUPFD_CLOEXEC, 3);
    ok = saved >= 0 && dup2(fileno(caught), 2) == 2;
    if (!ok) {
      if (saved >= 0) close(saved);
      fclose(caught);
      saved = -1;
    }
  }
  napi_value result;
  return napi_get_boolean(env, ok, &result) == napi_ok ? result : nullptr;
}

// release(): the text caught since capture(), or "" when nothing was being caught.
static napi_value Release(napi_env env, napi_callback_info) {
  std::string text;
  if (saved >= 0) {
    fflush(stderr);
    dup2(saved, 2);
    close(saved);
    saved = -1;
    char buffer[4096];
    rewind(caught);
    for (size_t n; (n = fread(buffer, 1, sizeof buffer, caught)) > 0;) text.append(buffer, n);
    fclose(caught);
  }
  napi_value result;
  return napi_create_string_utf8(env, text.data(), text.size(), &result) == napi_ok ? result : nullptr;
}

static napi_value Init(napi_env env, napi_value exports) {
  napi_property_descriptor properties[] = {
      {"capture", nullptr, Capture, nullptr, nullptr, nullptr, napi_default, nullptr},
      {"release", nullptr, Release, nullptr, nullptr, nullptr, napi_default, nullptr}};
  napi_define_properties(env, exports, 2, properties);
  return exports;
}

NAPI_MODULE(stderr_guard, Init)

// A second, tiny N-API addon: catches what native code writes to file descriptor 2.
//
// TensorFlow writes two notices to stderr while it starts that no setting removes without making it slower (switching
// oneDNN off costs 2.6x). `capture()` sends descriptor 2 to an unnamed temporary file, `release()` puts the old descriptor
// back and returns the caught text, so that the loader can drop the known notices and pass everything else on.
//
// A library that crashes in between ends the process: then the caught text is what it had to say, and nobody else would.
#include <node_api.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>
#include <string>

static int saved = -1;
static FILE *caught = nullptr;
static char lastWords[512];
static const int crashes[] = {SIGABRT, SIGBUS, SIGFPE, SIGILL, SIGSEGV};
static const int crashCount = sizeof crashes / sizeof *crashes;
static struct sigaction before[crashCount];

static void Copy(int from, int to) {
  char buffer[4096];
  lseek(from, 0, SEEK_SET);
  for (ssize_t n; (n = read(from, buffer, sizeof buffer)) > 0;)
    if (write(to, buffer, n) < 0) return;
}

// Only calls that a signal's handler may make; then the signal does what it would have done.
static void Crash(int number) {
  Copy(fileno(caught), saved);
  if (write(saved, lastWords, strlen(lastWords)) < 0) _exit(128 + number);
  signal(number, SIG_DFL);
  raise(number);
}

static void WatchForCrashes() {
  struct sigaction action = {};
  action.sa_handler = Crash;
  action.sa_flags = SA_NODEFER;
  for (int i = 0; i < crashCount; i++) sigaction(crashes[i], &action, &before[i]);
}

static void StopWatching() {
  for (int i = 0; i < crashCount; i++) sigaction(crashes[i], &before[i], nullptr);
}

// capture(lastWords): true when stderr is now caught, false when it could not be (or is already).
static napi_value Capture(napi_env env, napi_callback_info info) {
  bool ok = false;
  size_t count = 1;
  napi_value words = nullptr;
  napi_get_cb_info(env, info, &count, &words, nullptr, nullptr);
  if (saved < 0 && (caught = tmpfile()) != nullptr) {
    lastWords[0] = '\0';
    if (count > 0) napi_get_value_string_utf8(env, words, lastWords, sizeof lastWords, nullptr);
    fflush(stderr);
    saved = fcntl(2, F_DUPFD_CLOEXEC, 3);
    ok = saved >= 0 && dup2(fileno(caught), 2) == 2;
    if (ok) {
      WatchForCrashes();
    } else {
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
    StopWatching();
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

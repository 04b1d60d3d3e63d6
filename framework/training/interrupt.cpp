#include <cornu/framework/training/interrupt.hpp>

#include <csignal>
#include <mutex>

namespace cornu::detail {

namespace {

volatile std::sig_atomic_t noted = 0;
std::mutex mutex;
int guards = 0;  // trainings may nest or run on several threads; the first installs the handler, the last removes it
struct sigaction before;

void note(int) {
  noted = 1;
  sigaction(SIGINT, &before, nullptr);
}

}  // namespace

InterruptGuard::InterruptGuard() {
  const std::lock_guard lock(mutex);
  if (guards++ > 0) return;
  noted = 0;
  sigaction(SIGINT, nullptr, &before);
  if (before.sa_handler == SIG_IGN) return;  // a background job: Ctrl-C is not meant for it
  struct sigaction action {};
  action.sa_handler = note;
  action.sa_flags = SA_RESTART;
  sigaction(SIGINT, &action, nullptr);
}

InterruptGuard::~InterruptGuard() {
  const std::lock_guard lock(mutex);
  if (--guards == 0) sigaction(SIGINT, &before, nullptr);
}

bool InterruptGuard::interrupted() const { return noted != 0; }

}  // namespace cornu::detail

#include <cornu/framework/training/interrupt.hpp>

#include <csignal>
#include <mutex>

namespace cornu::detail {

namespace {

volatile std::sig_atomic_t noted = 0;
std::mutex mutex;
int guards = 0;  // trainings may nest or run on several threads; the first installs the handler, the last removes it
struct sigaction before;

void note(int);

// A handler that somebody set since is theirs.
void put_back() {
  struct sigaction now;
  sigaction(SIGINT, nullptr, &now);
  if ((now.sa_flags & SA_SIGINFO) == 0 && now.sa_handler == note) sigaction(SIGINT, &before, nullptr);
}

void note(int) {
  noted = 1;
  put_back();
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
  if (--guards == 0) put_back();
}

bool InterruptGuard::interrupted() const { return noted != 0; }

}  // namespace cornu::detail

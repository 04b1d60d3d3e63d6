#include <cornu/framework/interrupt.hpp>

#include <csignal>

namespace cornu::detail {

namespace {

volatile std::sig_atomic_t noted = 0;
int guards = 0;  // trainings may nest; the outermost one holds the handler
struct sigaction before;

void note(int) {
  noted = 1;
  sigaction(SIGINT, &before, nullptr);
}

}  // namespace

InterruptGuard::InterruptGuard() : installed_(guards++ == 0) {
  if (!installed_) return;
  noted = 0;
  struct sigaction action {};
  action.sa_handler = note;
  sigaction(SIGINT, &action, &before);
}

InterruptGuard::~InterruptGuard() {
  --guards;
  if (installed_) sigaction(SIGINT, &before, nullptr);
}

bool InterruptGuard::interrupted() const { return noted != 0; }

}  // namespace cornu::detail

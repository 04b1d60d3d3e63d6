#include "tests/support/peak_memory.hpp"

#include <malloc.h>
#include <sys/wait.h>
#include <unistd.h>

#include <exception>
#include <fstream>
#include <stdexcept>
#include <string>

namespace cornu::testing {

namespace {

#ifdef CORNU_SANITIZED
constexpr bool is_sanitized = true;
#else
constexpr bool is_sanitized = false;
#endif

// The peak of this process's memory since it was last reset.
std::optional<std::size_t> peak_bytes() {
  std::ifstream status("/proc/self/status");
  for (std::string word; status >> word;)
    if (std::size_t kilobytes = 0; word == "VmHWM:" && status >> kilobytes) return kilobytes * 1024;
  return std::nullopt;
}

bool reset_peak() {
  std::ofstream file("/proc/self/clear_refs");
  file << "5" << std::flush;
  return file.good();
}

struct Answer {
  bool is_known = false;
  std::size_t bytes = 0;
};

Answer measure(const std::function<void()>& work) {
  ::mallopt(M_MMAP_THRESHOLD, 1 << 17);  // large blocks are given back at once, whatever was allocated before
  ::malloc_trim(0);                      // memory that was freed earlier does not serve
  if (!reset_peak()) return {};
  const auto before = peak_bytes();
  work();
  const auto after = peak_bytes();
  return before && after ? Answer{true, *after - *before} : Answer{};
}

// What the child process does.
[[noreturn]] void answer(int to, const std::function<void()>& work) {
  try {
    const Answer result = measure(work);
    ::_exit(::write(to, &result, sizeof(result)) == sizeof(result) ? 0 : 1);
  } catch (const std::exception&) {
    ::_exit(1);
  }
}

}  // namespace

std::optional<std::size_t> peak_memory_of(const std::function<void()>& work) {
  if (is_sanitized) return std::nullopt;
  int ends[2];
  if (::pipe(ends) != 0) throw std::runtime_error("no pipe");
  const ::pid_t child = ::fork();
  if (child < 0) throw std::runtime_error("no process");
  if (child == 0) answer(ends[1], work);
  ::close(ends[1]);
  Answer result;
  const bool is_answered = ::read(ends[0], &result, sizeof(result)) == sizeof(result);
  ::close(ends[0]);
  ::waitpid(child, nullptr, 0);
  if (!is_answered) throw std::runtime_error("the work failed");
  return result.is_known ? std::optional(result.bytes) : std::nullopt;
}

}  // namespace cornu::testing

// failing_allocations [--every N] [TEXT]: lets one allocation after the other of many calls fail, and looks whether
// each call leaves everything as it was, says so, and does all that it would have done when it is called again.
// `--every N` tries one allocation in N. TEXT chooses the calls that have it in their names.
#include <fmt/core.h>

#include <csignal>
#include <cstdlib>
#include <cstring>
#include <exception>
#include <functional>
#include <map>
#include <new>
#include <optional>

#include <cornu/framework/base/errors.hpp>
#include <cornu/framework/base/log.hpp>
#include <cornu/framework/tensor/tensor.hpp>

#include "tests/failing_allocations/allocations.hpp"
#include "tests/failing_allocations/trial.hpp"

using namespace cornu::testing;

namespace {

const Case* present = nullptr;
std::int64_t present_failure = 0;

void say_where() {
  if (present)
    std::fprintf(stderr, "\nended in: %s, %s, allocation %lld\n", present->call.c_str(), present->name.c_str(),
                 static_cast<long long>(present_failure));
}

void say_where_and_end(int signal) {
  say_where();
  std::_Exit(128 + signal);
}

State all_of(const std::function<State()>& tell) { return tell ? tell() : State(); }

// Runs the call; tells what it threw that no caller may see.
std::optional<std::string> attempt(const std::function<void()>& call, bool& threw) {
  threw = true;
  try {
    call();
    threw = false;
  } catch (const std::bad_alloc&) {
  } catch (const cornu::Error&) {
  } catch (const std::exception& error) {
    return fmt::format("threw another exception: {}", error.what());
  }
  return std::nullopt;
}

struct Undisturbed {
  std::int64_t allocations = 0;
  State result;
  std::vector<State> steps;
};

Undisturbed run_undisturbed(const Case& c) {
  Undisturbed run;
  const Trial trial = c.prepare();
  {
    const Allocations counted;
    trial.call();
    run.allocations = counted.count();
  }
  if (trial.steps) run.steps = trial.steps();
  run.result = all_of(trial.rest);
  return run;
}

// Where a call stands that failed: 0 before it began, or after which of its steps.
std::optional<std::size_t> place_of(const State& before, const State& after, const Undisturbed& expected) {
  if (after == before) return 0;
  for (std::size_t i = 0; i < expected.steps.size(); ++i)
    if (after == expected.steps[i]) return i + 1;
  return std::nullopt;
}

// What is wrong after the n-th allocation of the call failed.
std::string fault(const Case& c, std::int64_t n, const Undisturbed& expected) {
  const Trial trial = c.prepare();
  const State before = all_of(trial.state);
  bool threw = false;
  {
    const Allocations failing(n);
    if (const auto wrong = attempt(trial.call, threw)) return *wrong;
    if (!failing.has_failed()) return "";
  }
  if (threw) {
    const auto place = place_of(before, all_of(trial.state), expected);
    if (!place) return "the state is another one";
    *place > 0 && trial.go_on ? trial.go_on(*place) : trial.call();
  }
  return all_of(trial.rest) == expected.result ? "" : "the call after it gives other results";
}

struct Tally {
  std::int64_t cases = 0, allocations = 0, failures = 0, broken = 0;
};

void report(const Case& c, std::int64_t n, const std::string& what, Tally& tally) {
  constexpr std::int64_t shown = 20;
  if (++tally.broken <= shown) fmt::print("  broken: {}, {}, allocation {}: {}\n", c.call, c.name, n, what);
}

void run(const Case& c, std::int64_t every, Tally& tally) {
  present = &c;
  present_failure = 0;
  run_undisturbed(c);  // makes what a program makes once
  const Undisturbed expected = run_undisturbed(c);
  ++tally.cases;
  tally.allocations += expected.allocations;
  // Each case begins elsewhere, so that calls that allocate alike are not all tried at the same places.
  for (std::int64_t n = 1 + tally.cases % every; n <= expected.allocations; n += every) {
    present_failure = n;
    const std::int64_t live = live_allocations();
    const std::string what = fault(c, n, expected);
    ++tally.failures;
    if (!what.empty()) report(c, n, what, tally);
    if (what.empty() && live_allocations() > live && (fault(c, n, expected), live_allocations() > live + 1))
      report(c, n, fmt::format("{} allocations are lost", live_allocations() - live), tally);
  }
  present = nullptr;
}

void require_that_allocations_fail() {
  for (int kind = 0; kind < 2; ++kind) {
    const Allocations failing(1);
    try {
      if (kind == 0)
        ::operator delete(::operator new(1));
      else
        static_cast<void>(cornu::Tensor::zeros({1}));
    } catch (const std::bad_alloc&) {
      continue;
    }
    fmt::print("an allocation that is to fail does not; are operator new and the store replaced?\n");
    std::exit(1);
  }
}

}  // namespace

int main(int argc, char** argv) {
  std::int64_t every = 1;
  std::string wanted;
  for (int i = 1; i < argc; ++i)
    if (std::strcmp(argv[i], "--every") == 0 && i + 1 < argc)
      every = std::max(1L, std::atol(argv[++i]));
    else
      wanted = argv[i];
  std::setvbuf(stdout, nullptr, _IOLBF, 1 << 12);
  std::set_terminate([] {
    say_where();
    std::abort();
  });
  std::signal(SIGSEGV, say_where_and_end);
  cornu::set_log_sink({});
  require_that_allocations_fail();

  std::map<std::string, Tally> tallies;
  Tally all;
  for (const auto& cases : {training_cases, optimizer_cases_of_steps, weight_cases, file_cases, text_cases, data_cases})
    for (const Case& c : cases())
      if ((c.call + ", " + c.name).find(wanted) != std::string::npos) run(c, every, tallies[c.call]);
  fmt::print("{:<36} {:>6} {:>12} {:>9} {:>7}\n", "call", "cases", "allocations", "failures", "broken");
  for (const auto& [call, tally] : tallies) {
    fmt::print("{:<36} {:>6} {:>12} {:>9} {:>7}\n", call, tally.cases, tally.allocations, tally.failures, tally.broken);
    all.cases += tally.cases;
    all.allocations += tally.allocations;
    all.failures += tally.failures;
    all.broken += tally.broken;
  }
  fmt::print("{:<36} {:>6} {:>12} {:>9} {:>7}\n", "all", all.cases, all.allocations, all.failures, all.broken);
  return all.broken == 0 && all.failures > 0 ? 0 : 1;
}

#include <cornu/framework/autodiff/profiler.hpp>

#include <doctest/doctest.h>

#include <cornu/framework/autodiff/tape.hpp>
#include <cornu/framework/ops/ops.hpp>

#include "tests/support/fake_clock.hpp"

using namespace cornu;
using detail::Profiler, detail::ProfilerScope, detail::Timed;
using testing::FakeClock;
using Work = Profiler::Work;

namespace {

std::int64_t milliseconds(const Profiler& profiler, Profiler::Owner owner, Work work) {
  return profiler.times_of(owner).of(work) / 1'000'000;
}

// x, whose gradient takes so long.
Tensor slow(const Tensor& x, std::int64_t backward) {
  return custom_gradient({x}, x, [backward](const Tensor& d_y) {
    FakeClock::pass(backward);
    return std::vector<Tensor>{d_y};
  });
}

}  // namespace

TEST_CASE("Profiler: time counts to the innermost, the outer has its own rest, and all is counted") {
  const FakeClock clock;
  Profiler profiler;
  const int outer = 0, inner = 0;
  const auto outer_owner = profiler.add(&outer, {}), inner_owner = profiler.add(&inner, {});
  CHECK(profiler.knows(&inner));
  FakeClock::pass(1000);
  profiler.start();
  FakeClock::pass(1);
  {
    const ProfilerScope scope(&profiler);
    const auto first = Timed::call_of(&outer);
    FakeClock::pass(2);
    {
      const auto second = Timed::call_of(&inner);
      FakeClock::pass(4);
    }
    FakeClock::pass(8);
  }
  FakeClock::pass(16);
  profiler.stop();
  FakeClock::pass(1000);
  CHECK(milliseconds(profiler, outer_owner, Work::forward) == 10);
  CHECK(milliseconds(profiler, inner_owner, Work::forward) == 4);
  CHECK(milliseconds(profiler, Profiler::rest, Work::other) == 17);
  CHECK(milliseconds(profiler, Profiler::loss, Work::forward) == 0);
  CHECK(profiler.times_of(inner_owner).was_called);
}

TEST_CASE("Profiler: a gradient counts to whoever recorded it") {
  const FakeClock clock;
  Profiler profiler;
  const int layer = 0;
  const auto owner = profiler.add(&layer, {});
  profiler.start();
  const ProfilerScope scope(&profiler);
  const Variable w(Tensor({2.F}));
  GradientTape tape;
  Tensor y = slow(w, 1);
  {
    const auto timed = Timed::call_of(&layer);
    y = slow(slow(y, 2), 4);
  }
  y = slow(y, 8);
  CHECK(tape.gradient(y, w).to_dense().item<float>() == 1);
  profiler.stop();
  CHECK(milliseconds(profiler, owner, Work::backward) == 6);
  CHECK(milliseconds(profiler, Profiler::rest, Work::backward) == 9);
  CHECK(profiler.present() == Profiler::Account());
}

TEST_CASE("Profiler: an exception of a gradient ends its account") {
  Profiler profiler;
  profiler.start();
  const ProfilerScope scope(&profiler);
  const Variable w(Tensor({2.F}));
  GradientTape tape;
  const Tensor y = custom_gradient({w}, w, [](const Tensor&) -> std::vector<Tensor> { throw 1; });
  CHECK_THROWS_AS(tape.gradient(y, w), int);
  CHECK(profiler.present() == Profiler::Account());
}

TEST_CASE("Profiler: updates count to the last that was added with the variable") {
  const FakeClock clock;
  Profiler profiler;
  const int wrapper = 0, layer = 0;
  const std::vector<Variable> own{Variable(Tensor({1.F}))}, other{Variable(Tensor({1.F}))};
  profiler.add(&wrapper, own);
  const auto owner = profiler.add(&layer, own);
  profiler.start();
  const ProfilerScope scope(&profiler);
  const auto all = Timed::account(Profiler::rest, Work::update);
  for (const auto& variables : {own, other}) {
    const auto timed = Timed::update_of(variables[0].body());
    FakeClock::pass(3);
  }
  profiler.stop();
  CHECK(milliseconds(profiler, owner, Work::update) == 3);
  CHECK(milliseconds(profiler, Profiler::rest, Work::update) == 3);
}

TEST_CASE("Profiler: a layer that is not known counts to whoever calls it, an owner of another profiler to the rest") {
  const FakeClock clock;
  Profiler profiler;
  const int known = 0, unknown = 0;
  const auto owner = profiler.add(&known, {});
  profiler.start();
  {
    const ProfilerScope scope(&profiler);
    const auto outer = Timed::call_of(&known);
    const auto inner = Timed::call_of(&unknown);
    FakeClock::pass(1);
    const auto stranger = Timed::account(99, Work::backward);
    FakeClock::pass(2);
  }
  profiler.stop();
  CHECK(milliseconds(profiler, owner, Work::forward) == 1);
  CHECK(milliseconds(profiler, Profiler::rest, Work::backward) == 2);
}

TEST_CASE("Profiler: none runs outside of a scope, and an inner scope hides the outer one") {
  Profiler profiler;
  CHECK(Profiler::running() == nullptr);
  {
    const ProfilerScope outer(&profiler);
    const ProfilerScope inner(nullptr);
    CHECK(Profiler::running() == nullptr);
    const auto timed = Timed::call_of(&profiler);
  }
  CHECK(Profiler::running() == nullptr);
  CHECK_FALSE(profiler.knows(&profiler));
}

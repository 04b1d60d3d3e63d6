#include <doctest/doctest.h>

#include <thread>

#include <cornu/framework/autodiff/tape.hpp>
#include <cornu/framework/checks/check_gradients.hpp>
#include <cornu/framework/ops/ops.hpp>
#include <cornu/framework/tensor/random.hpp>

#include "tests/support/throws.hpp"

using namespace cornu;
using testing::message_of;
using Floats = std::vector<float>;

namespace {

float number(const Gradient& gradient) { return gradient.to_dense().item<float>(); }
Tensor cube(const Tensor& x) { return x * x * x; }

}  // namespace

TEST_CASE("tape: differentiates what variables went through") {
  const Variable w(Tensor({{1.f}, {2.f}})), b(Tensor({0.5f}));
  const Tensor x({{1.f, 2.f}, {3.f, 4.f}});
  GradientTape tape;
  const Tensor loss = ops::sum(ops::square(ops::matmul(x, w) + b));  // rows: 5.5 and 11.5
  const auto [dw, db] = tape.gradient(loss, w, b);
  CHECK(dw.to_dense().to_vector<float>() == Floats{2 * 5.5f * 1 + 2 * 11.5f * 3, 2 * 5.5f * 2 + 2 * 11.5f * 4});
  CHECK(db.to_dense().to_vector<float>() == Floats{2 * 5.5f + 2 * 11.5f});
}

TEST_CASE("tape: a tensor used twice receives both gradients") {
  const Variable a(Tensor(3.f));
  GradientTape tape({.persistent = true});
  const Tensor read = a;
  CHECK(number(tape.gradient(read + read, a)) == 2);
  CHECK(number(tape.gradient(read * read, a)) == 6);
  CHECK(number(tape.gradient(a.value() * a.value(), a)) == 6);  // two reads of one variable
}

TEST_CASE("tape: a target that is not a scalar counts as the sum of its elements") {
  const Variable v(Tensor({1.f, 2.f}));
  GradientTape tape;
  CHECK(tape.gradient(ops::square(v), v).to_dense().to_vector<float>() == Floats{2, 4});
}

TEST_CASE("tape: one call for several sources, in a list or a vector") {
  const Variable a(Tensor(2.f)), b(Tensor(5.f)), unused(Tensor(1.f));
  GradientTape tape({.persistent = true});
  const Tensor y = a.value() * b.value();
  const std::vector<Gradient> all = tape.gradient(y, std::vector<Variable>{b, unused, a, b});
  REQUIRE(all.size() == 4);
  CHECK(number(all[0]) == 2);
  CHECK(all[1].empty());
  CHECK(number(all[2]) == 5);
  CHECK(number(all[3]) == 2);
  const std::vector<Variable> many(100, a);  // more than fit in place
  CHECK(number(tape.gradient(y, many).back()) == 5);
}

TEST_CASE("tape: an unused variable has an empty gradient") {
  const Variable used(Tensor(2.f)), unused(Tensor(2.f));
  GradientTape tape({.persistent = true});
  const Tensor y = used * 3.0, constant(1.f);
  const auto [d_used, d_unused] = tape.gradient(y, used, unused);
  CHECK(number(d_used) == 3);
  CHECK(d_unused.empty());
  CHECK(message_of<StateError>([&, gradient = d_unused] { gradient.to_dense(); }).find("there is no gradient") !=
        std::string::npos);
  CHECK(tape.gradient(constant, used).empty());
}

TEST_CASE("tape: without persistent it is used up by the first gradient") {
  const Variable v(Tensor(2.f));
  GradientTape tape;
  const Tensor y = cube(v);
  CHECK(number(tape.gradient(y, v)) == 12);
  CHECK(message_of<StateError>([&] { tape.gradient(y, v); }) ==
        "[GradientTape::gradient] the tape has been used up by an earlier gradient(); create a new tape each step, or "
        "one with {.persistent = true}");
  CHECK_THROWS_AS(tape.watch(y), StateError);
  CHECK_THROWS_AS(tape.watch(v), StateError);
}

TEST_CASE("tape: persistent answers more than once") {
  const Variable v(Tensor(2.f));
  GradientTape tape({.persistent = true});
  const Tensor y = cube(v);
  CHECK(number(tape.gradient(y, v)) == 12);
  CHECK(number(tape.gradient(y, v)) == 12);
  CHECK(number(tape.gradient(y * 2.0, v)) == 24);
}

TEST_CASE("tape: refuses a target from before, or of another tape") {
  const Variable v(Tensor(2.f));
  Tensor old;
  {
    const GradientTape gone;
    old = cube(v);
  }
  GradientTape tape({.persistent = true});
  CHECK(message_of<StateError>([&] { tape.gradient(old, v); }) ==
        "[GradientTape::gradient] the target was computed under another tape, which is gone; compute it while this "
        "tape lives");
  const Tensor early = cube(v);
  GradientTape inner;
  CHECK(message_of<StateError>([&] { inner.gradient(early, v); }).find("older than the tape") != std::string::npos);
  CHECK(number(tape.gradient(early, v)) == 12);
  const Tensor constant(1.f);  // made under the outer tape, but before this one
  GradientTape innermost({.persistent = true});
  CHECK_THROWS_AS(innermost.gradient(constant, v), StateError);
  CHECK(innermost.gradient(constant * 2.0, v).empty());
  CHECK(tape.gradient(constant, v).empty());
  CHECK_THROWS_AS(tape.gradient(Tensor({1, 2}), v), ValueError);
  CHECK_THROWS_AS(tape.gradient(Tensor(), v), ValueError);
}

TEST_CASE("tape: refuses a target that was computed before there was any tape") {
  const Variable v(Tensor(2.f));
  const Tensor before = cube(v), watched(2.f);
  GradientTape tape({.persistent = true});
  CHECK(message_of<StateError>([&] { tape.gradient(before, v); }) ==
        "[GradientTape::gradient] the target is older than the tape; compute it while this tape lives, or ask the "
        "outer tape");
  CHECK_THROWS_AS(tape.gradient(before, std::vector<Variable>{v}), StateError);
  tape.watch(watched);
  CHECK_THROWS_AS(tape.gradient(before, watched), StateError);
  CHECK(number(tape.gradient(watched, watched)) == 1);
  CHECK(number(tape.gradient(cube(v), v)) == 12);
}

TEST_CASE("tape: an old tensor is a constant to a new tape") {
  const Variable v(Tensor(2.f));
  Tensor old;
  {
    const GradientTape gone;
    old = cube(v);
  }
  GradientTape tape;
  CHECK(number(tape.gradient(old * v, v)) == 8);
}

TEST_CASE("tape: watches a tensor") {
  const Tensor x({1.f, 3.f});
  GradientTape tape({.persistent = true});
  const Tensor before = ops::square(x);
  tape.watch(x);
  const Tensor after = ops::square(x);
  CHECK(tape.gradient(after, x).to_dense().to_vector<float>() == Floats{2, 6});
  CHECK(tape.gradient(before, x).empty());
  CHECK(tape.gradient(x, x).to_dense().to_vector<float>() == Floats{1, 1});
  CHECK(message_of<StateError>([&] {
          tape.gradient(after, Tensor({1.f, 3.f}));
        }) == "[GradientTape::gradient] the tape does not follow the source; watch() it before computing with it");
  CHECK_THROWS_AS(tape.watch(Tensor({1, 2})), ValueError);
}

TEST_CASE("tape: differentiates with respect to a tensor in the middle") {
  const Variable v(Tensor(2.f));
  GradientTape tape({.persistent = true});
  const Tensor middle = v * 3.0, y = cube(middle);
  CHECK(number(tape.gradient(y, middle)) == 3 * 36);
  CHECK(number(tape.gradient(y, v)) == 3 * 36 * 3);
  tape.watch(middle);
  const Tensor z = cube(middle);
  CHECK(number(tape.gradient(y + z, middle)) == 2 * 3 * 36);  // uses before and after the watching
  CHECK(number(tape.gradient(y + z, v)) == 2 * 3 * 36 * 3);
}

TEST_CASE("tape: watches variables that are not trainable only when told") {
  const Variable frozen(Tensor(2.f), {.trainable = false});
  GradientTape tape({.persistent = true});
  CHECK(tape.gradient(cube(frozen), frozen).empty());
  tape.watch(frozen);
  CHECK(number(tape.gradient(cube(frozen), frozen)) == 12);
}

TEST_CASE("tape: watches nothing by itself when told so") {
  const Variable a(Tensor(2.f)), b(Tensor(3.f));
  GradientTape tape({.watch_accessed_variables = false});
  tape.watch(b);
  const auto [da, db] = tape.gradient(a.value() * b.value(), a, b);
  CHECK(da.empty());
  CHECK(number(db) == 2);
}

TEST_CASE("tape: a variable made later is not taken for one that is gone") {
  GradientTape tape({.persistent = true});
  Tensor y(0.f);
  for (int i = 0; i < 100; ++i) y = y + Variable(Tensor(1.f)).value();
  for (int i = 0; i < 100; ++i) CHECK(tape.gradient(y, Variable(Tensor(1.f))).empty());
}

TEST_CASE("tapes nest: the second derivative of x³ at 2 is 12") {
  const Variable x(Tensor(2.f));
  GradientTape outer;
  Tensor first;
  {
    GradientTape inner;
    first = inner.gradient(cube(x), x).to_dense();
  }
  CHECK(first.item<float>() == 12);
  CHECK(number(outer.gradient(first, x)) == 12);
}

TEST_CASE("tapes nest: a third derivative, of a watched tensor") {
  const Tensor x(2.f);
  GradientTape first, second, third;
  for (GradientTape* tape : {&first, &second, &third}) tape->watch(x);
  const Tensor y = cube(x) * x;  // x⁴: 4x³ = 32, 12x² = 48, 24x = 48
  const Tensor dy = third.gradient(y, x).to_dense();
  const Tensor d2y = second.gradient(dy, x).to_dense();
  CHECK(dy.item<float>() == 32);
  CHECK(d2y.item<float>() == 48);
  CHECK(number(first.gradient(d2y, x)) == 48);
}

TEST_CASE("tapes nest: the outer one sees uses from before the inner one watched the tensor too") {
  const Tensor x(3.f);
  GradientTape outer;
  outer.watch(x);
  const Tensor before = x * x;
  GradientTape inner;
  inner.watch(x);
  const Tensor dy = inner.gradient(cube(x), x).to_dense();  // 3x²
  CHECK(number(outer.gradient(before + dy, x)) == 2 * 3 + 6 * 3);
}

TEST_CASE("tapes nest: the inner one may outlive the outer") {
  const Variable x(Tensor(2.f));
  auto outer = std::make_unique<GradientTape>();
  GradientTape inner;
  const Tensor y = cube(x);
  outer.reset();
  CHECK(number(inner.gradient(y, x)) == 12);
}

TEST_CASE("tape: records its own backward pass when asked") {
  const Variable x(Tensor(2.f));
  GradientTape tape({.persistent = true, .higher_order = true});
  const Tensor dy = tape.gradient(cube(x), x).to_dense();
  const Tensor d2y = tape.gradient(dy, x).to_dense();
  CHECK(d2y.item<float>() == 12);
  CHECK(number(tape.gradient(d2y, x)) == 6);
}

TEST_CASE("tape: does not record its own backward pass otherwise") {
  const Variable x(Tensor(2.f));
  GradientTape plain({.persistent = true});
  CHECK(plain.gradient(plain.gradient(cube(x), x).to_dense(), x).empty());
}

TEST_CASE("stop_gradient: a constant with the same elements") {
  const Variable x(Tensor(2.f));
  GradientTape tape({.persistent = true});
  const Tensor read = x;
  CHECK(number(tape.gradient(stop_gradient(read) * read, x)) == 2);
  CHECK(tape.gradient(stop_gradient(read), x).empty());
}

TEST_CASE("custom_gradient: takes the caller's word for it") {
  const auto softplus = [](const Tensor& x) {
    return custom_gradient({x}, ops::log(1.0 + ops::exp(x)),
                           [x](const Tensor& dy) { return std::vector<Tensor>{dy * ops::sigmoid(x)}; });
  };
  random::set_seed(1);
  CHECK(check_gradients(softplus, {random::normal({4, 3})}).ok());

  const Variable a(Tensor(2.f)), b(Tensor(5.f));
  GradientTape tape({.persistent = true});
  const Tensor read_a = a, read_b = b;
  const Tensor y = custom_gradient({read_a, read_b}, stop_gradient(read_a * read_b), [](const Tensor& dy) {
    return std::vector<Tensor>{dy * 100.0, Tensor()};
  });
  CHECK(y.item<float>() == 10);
  CHECK(number(tape.gradient(y, a)) == 100);
  CHECK(tape.gradient(y, b).empty());  // an undefined tensor is no gradient
}

TEST_CASE("custom_gradient: may itself use a tape") {
  const auto cubed = [](const Tensor& x) {
    return custom_gradient({x}, stop_gradient(cube(x)), [x](const Tensor& dy) {
      GradientTape tape;
      tape.watch(x);
      return std::vector<Tensor>{dy * tape.gradient(cube(x), x).to_dense()};
    });
  };
  const Variable v(Tensor(2.f));
  GradientTape tape;
  CHECK(number(tape.gradient(cubed(v), v)) == 12);
}

TEST_CASE("custom_gradient: refuses gradients of another number or shape") {
  const Variable v(Tensor({1.f, 2.f}));
  const auto differentiate = [&](const std::vector<Tensor>& answer) {
    GradientTape tape;
    const Tensor y = custom_gradient({v}, v.value() * 2.0, [&](const Tensor&) { return answer; });
    return tape.gradient(y, v).to_dense();
  };
  CHECK(differentiate({Tensor({7.f, 8.f})}).to_vector<float>() == Floats{7, 8});
  CHECK(message_of<ShapeError>([&] { differentiate({}); }) ==
        "[custom_gradient] wrong number of gradients; got 0; expected 1, one an input");
  CHECK(message_of<ShapeError>([&] { differentiate({Tensor(1.f)}); }) ==
        "[custom_gradient] gradient 0 has another shape than its input; got (); expected (2,)");
}

TEST_CASE("tape: a gradient that throws leaves the tape usable, and others recording") {
  const Variable v(Tensor(2.f));
  GradientTape tape;
  bool fail = true;
  const Tensor y = custom_gradient({v}, v.value() * 1.0, [&](const Tensor& dy) {
    if (fail) throw ValueError("here", "no");
    return std::vector<Tensor>{dy};
  });
  CHECK_THROWS_AS(tape.gradient(y, v), ValueError);
  fail = false;
  CHECK(number(tape.gradient(cube(y), v)) == 12);
}

TEST_CASE("tape: a chain of 100,000 ops, and its destruction") {
  const Variable v(Tensor(1.f));
  GradientTape tape;
  Tensor y = v;
  for (int i = 0; i < 100'000; ++i) y = y + 1.0;
  CHECK(y.item<float>() == 100'001);
  CHECK(number(tape.gradient(y, v)) == 1);
  {
    const GradientTape unused;
    Tensor z = v;
    for (int i = 0; i < 100'000; ++i) z = z * 1.0;
  }
}

TEST_CASE("tape: two threads with a tape each do not meet") {
  const Variable shared(Tensor(2.f));
  const auto derivative_of_power = [&](int exponent) {
    float worst = 0;
    for (int repeat = 0; repeat < 200; ++repeat) {
      GradientTape tape;
      Tensor y(1.f);
      for (int i = 0; i < exponent; ++i) y = y * shared;
      const auto expected = static_cast<float>(exponent * (1 << (exponent - 1)));
      worst = std::max(worst, std::abs(number(tape.gradient(y, shared)) - expected));
    }
    return worst;
  };
  float error = -1;
  std::thread other([&] { error = derivative_of_power(7); });
  CHECK(derivative_of_power(5) == 0);
  other.join();
  CHECK(error == 0);
}

TEST_CASE("tape: refuses to work on another thread") {
  const Variable v(Tensor(2.f));
  GradientTape tape;
  const Tensor y = cube(v);
  std::string text;
  std::thread([&] { text = message_of<StateError>([&] { tape.gradient(y, v); }); }).join();
  CHECK(text.find("lives on another thread") != std::string::npos);
  CHECK(number(tape.gradient(y, v)) == 12);
}

TEST_CASE("tape: reading a variable does not stop an optimizer from writing it in place afterwards") {
  const Variable v(Tensor({1.f, 2.f}));
  const float* const place = v.peek().data<float>();
  {
    GradientTape tape;
    tape.gradient(ops::square(v), v);
    CHECK(v.writable().data<float>() == place);
  }
  const Tensor taken = v;
  CHECK(v.writable().data<float>() != place);
  CHECK(taken.data<float>() == place);
}

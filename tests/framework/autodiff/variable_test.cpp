#include <doctest/doctest.h>

#include <cornu/framework/autodiff/tape.hpp>
#include <cornu/framework/autodiff/variable.hpp>
#include <cornu/framework/ops/ops.hpp>

#include "tests/support/throws.hpp"

using namespace cornu;
using testing::message_of;
using Floats = std::vector<float>;

TEST_CASE("variable: reads as its value, under the name and dtype it was made with") {
  const Variable w(Tensor({{1.f, 2.f}}), {.name = "w"});
  CHECK(w.name() == "w");
  CHECK(w.shape() == Shape{1, 2});
  CHECK(w.dtype() == float32);
  CHECK(w.trainable());
  CHECK((w * 2.0).to_vector<float>() == Floats{2, 4});
  CHECK_FALSE(Variable(Tensor(1.f), {.trainable = false}).trainable());
}

TEST_CASE("variable: copies are the same variable, equal values are not") {
  const Variable a(Tensor(1.f)), same = a, other(Tensor(1.f));
  CHECK(a == same);
  CHECK_FALSE(a == other);
  Variable(same).assign(Tensor(5.f));
  CHECK(a.value().item<float>() == 5);
}

TEST_CASE("variable: a tensor taken before an update keeps its elements") {
  Variable v(Tensor({1.f, 2.f}));
  const Tensor before = v;
  v.assign(Tensor({3.f, 4.f}));
  CHECK(before.to_vector<float>() == Floats{1, 2});
  const Tensor now = v;
  v.writable().mutable_data<float>()[0] = 9;
  CHECK(now.to_vector<float>() == Floats{3, 4});
  CHECK(v.value().to_vector<float>() == Floats{9, 4});
}

TEST_CASE("variable: writes do not reach the tensor that it was made from or assigned") {
  const Tensor start({1.f, 2.f}), next({3.f, 4.f});
  Variable v(start);
  v.writable().mutable_data<float>()[0] = 9;
  CHECK(start.to_vector<float>() == Floats{1, 2});
  v.assign(next);
  v.writable().mutable_data<float>()[0] = 9;
  CHECK(next.to_vector<float>() == Floats{3, 4});
}

TEST_CASE("variable: writes in place when nobody shares the elements") {
  const Variable v(Tensor({1.f, 2.f}));
  v.writable();
  const float* const place = v.peek().data<float>();
  CHECK(v.writable().data<float>() == place);
}

TEST_CASE("variable: a tensor reshaped from it is a sharer too") {
  const Variable v(Tensor({{1.f, 2.f}}));
  const Tensor flat = ops::reshape(v, {2});
  v.writable().mutable_data<float>()[0] = 9;
  CHECK(flat.to_vector<float>() == Floats{1, 2});
}

TEST_CASE("variable: refuses a value of another shape or dtype, and keeps its own") {
  Variable v(Tensor({1.f, 2.f}), {.name = "bias"});
  CHECK(message_of<ShapeError>([&] { v.assign(Tensor({1.f})); }) ==
        "[Variable::assign] another shape; got (1,) for variable 'bias'; expected (2,)");
  CHECK(message_of<ValueError>([&] {
          v.assign(Tensor({1., 2.}));
        }) == "[Variable::assign] another dtype; got float64 for variable 'bias'; expected float32");
  CHECK_THROWS_AS(v.assign(Tensor::symbolic({2})), ValueError);
  CHECK(v.value().to_vector<float>() == Floats{1, 2});
  CHECK_THROWS_AS(Variable(Tensor{}), ValueError);
  CHECK_THROWS_AS(Variable(Tensor::symbolic({2})), ValueError);
  CHECK_THROWS_AS(Variable().value(), StateError);
}

#include <cornu/layers/core/identity.hpp>

#include <doctest/doctest.h>

#include <cornu/framework/autodiff/tape.hpp>
#include <cornu/framework/base/errors.hpp>
#include <cornu/framework/checks/check_layer.hpp>
#include <cornu/framework/ops/ops.hpp>

#include "tests/layers/keras_case.hpp"
#include "tests/support/check.hpp"

using namespace cornu;
using cornu::testing::check;
using layers::Identity;

namespace {

void check_case(const std::string& name, Identity layer) {
  testing::check_keras_case(name, std::move(layer), {.fixture = "core"});
}

}  // namespace

TEST_CASE("Identity: output, mask and gradient are Keras's") { check_case("identity", Identity()); }

TEST_CASE("Identity: keeps a layer's promises") {
  check(check_layer([] { return Identity(); }, Shape{2, 3, 4}, {.output_shape = Shape{2, 3, 4}, .weight_names = {{}}}));
}

TEST_CASE("Identity: the tensor itself, of any dtype, and an empty batch") {
  const Tensor ids({{1, 2}});
  CHECK(Identity()(ids).identity() == ids.identity());
  CHECK(Identity()(Tensor::zeros({0, 3})).shape() == Shape{0, 3});
}

#include <cornu/layers/shared.hpp>

#include <doctest/doctest.h>

#include <cornu/framework/model/sequential.hpp>
#include <cornu/framework/ops/ops.hpp>
#include <cornu/layers/core/dense.hpp>
#include <cornu/layers/embedding/embedding.hpp>

using namespace cornu;

TEST_CASE("layers::shared: a layer with options in braces, which models share") {
  const auto table = layers::shared(layers::Embedding(5, 2, {.mask_zero = true, .name = "table"}));
  static_assert(std::is_same_v<decltype(table), const std::shared_ptr<layers::Embedding>>);
  Sequential one{table}, other{table, layers::Dense(1)};
  one.build({None, 3});
  other.build({None, 3});
  table->set_weights({Tensor::ones({5, 2})});
  CHECK(ops::array_equal(one.get_weights()[0], Tensor::ones({5, 2})));
  CHECK(ops::array_equal(other.get_weights()[0], Tensor::ones({5, 2})));
  CHECK(other.get_layer("table").supports_masking());
}

TEST_CASE("layers::shared: a layer that a variable names moves") {
  layers::Dense dense(3);
  CHECK(layers::shared(std::move(dense))->units() == 3);
  CHECK_THROWS_AS(dense.weights(), StateError);
}

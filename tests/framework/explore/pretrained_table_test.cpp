#include <cornu/framework/explore/pretrained_table.hpp>

#include <doctest/doctest.h>

#include <cmath>

#include <cornu/framework/base/errors.hpp>
#include <cornu/framework/ops/ops.hpp>
#include <cornu/framework/tensor/random.hpp>

using namespace cornu;
using explore::EmbeddingTable;
using explore::pretrained_table;
using Strings = std::vector<std::string>;

namespace {

const EmbeddingTable vectors({"cat", "dog"}, Tensor({{1.f, 2.f}, {3.f, 4.f}}));

}  // namespace

TEST_CASE("pretrained_table: a row for each word, known ones copied, missing ones initialised and named") {
  const auto [table, missing] = pretrained_table(vectors, {"", "[UNK]", "dog", "mouse", "cat", "dog"},
                                                 {.initializer = initializers::Constant(9)});
  CHECK(ops::array_equal(table, Tensor({{9.f, 9.f}, {9.f, 9.f}, {3.f, 4.f}, {9.f, 9.f}, {1.f, 2.f}, {3.f, 4.f}})));
  CHECK(missing == Strings{"", "[UNK]", "mouse"});
}

TEST_CASE("pretrained_table: by default missing rows are as a new Embedding's, and follow from the seed") {
  random::set_seed(3);
  const Tensor first = pretrained_table(vectors, {"cat", "mouse"}).table;
  random::set_seed(3);
  CHECK(ops::array_equal(pretrained_table(vectors, {"cat", "mouse"}).table, first));
  CHECK(first.at<float>(0, 1) == 2);
  CHECK(std::abs(first.at<float>(1, 1)) <= 0.05f);
  CHECK(first.at<float>(1, 1) != 0);
}

TEST_CASE("pretrained_table: the vectors' dtype, all words missing, no words") {
  const EmbeddingTable wide({"a"}, Tensor({{0.1, 0.2, 0.3}}));
  CHECK(pretrained_table(wide, {"b", "a"}, {.initializer = "zeros"}).table.at<double>(1, 2) == 0.3);
  CHECK(pretrained_table(wide, {"x", "y"}).missing.size() == 2);
  const auto none = pretrained_table(wide, {});
  CHECK(none.table.shape() == Shape{0, 3});
  CHECK(none.missing.empty());
}

TEST_CASE("pretrained_table: a tensor that the initializer keeps stays as it is") {
  const Tensor kept = Tensor::zeros({2, 2});
  const auto give = [kept](const Shape&, DType) { return kept; };
  CHECK(pretrained_table(vectors, {"cat", "x"}, {.initializer = give}).table.at<float>(0, 0) == 1);
  CHECK(ops::array_equal(kept, Tensor::zeros({2, 2})));
}

TEST_CASE("pretrained_table: refused") {
  CHECK_THROWS_AS(pretrained_table(vectors, {"cat"}, {.initializer = nullptr}), ValueError);
  const auto wrong = [](const Shape&, DType) { return Tensor::zeros({7}); };
  CHECK_THROWS_AS(pretrained_table(vectors, {"cat"}, {.initializer = wrong}), Error);
}

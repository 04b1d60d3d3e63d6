#include <cornu/framework/data/train_test_split.hpp>

#include <doctest/doctest.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <string>

#include <cornu/framework/base/errors.hpp>
#include <cornu/framework/ops/ops.hpp>
#include <cornu/framework/tensor/random.hpp>

#include "tests/support/throws.hpp"

using namespace cornu;
using testing::message_of;
using Ids = std::vector<std::int64_t>;
using Texts = std::vector<std::string>;

namespace {

std::array<std::size_t, 2> sizes(std::int64_t n, const SplitOptions& options = {}) {
  const TrainTest ids = train_test_ids(n, options);
  return {ids.train.size(), ids.test.size()};
}
using Sizes = std::array<std::size_t, 2>;

Tensor labels_of(const Ids& counts) {
  std::vector<std::int64_t> labels;
  for (std::size_t label = 0; label < counts.size(); ++label)
    labels.insert(labels.end(), static_cast<std::size_t>(counts[label]), static_cast<std::int64_t>(10 * label));
  return Tensor(labels);
}

Ids counts_of(const Tensor& labels, const Ids& ids, std::size_t classes) {
  Ids counts(classes);
  for (const std::int64_t id : ids)
    ++counts.at(static_cast<std::size_t>(labels.values<std::int64_t>()[static_cast<std::size_t>(id)] / 10));
  return counts;
}

void check_stratified(const Ids& counts, const Ids& train, const Ids& test, SplitOptions options = {}) {
  const Tensor labels = labels_of(counts);
  options.stratify = labels;
  const TrainTest ids = train_test_ids(labels.size(), options);
  CHECK(counts_of(labels, ids.train, counts.size()) == train);
  CHECK(counts_of(labels, ids.test, counts.size()) == test);
}

bool all_different(Ids ids) {
  std::sort(ids.begin(), ids.end());
  return std::adjacent_find(ids.begin(), ids.end()) == ids.end();
}

Ids joined(const TrainTest& parts) {
  Ids all = parts.train;
  all.insert(all.end(), parts.test.begin(), parts.test.end());
  return all;
}

}  // namespace

TEST_CASE("train_test_split: rows of all arrays stay together, in scikit-learn's order") {
  random::set_seed(1);
  const Tensor x = ops::reshape(Tensor::arange(0, 40, 1, float32), {20, 2}), y = Tensor::arange(20);
  Texts texts;
  for (int i = 0; i < 20; ++i) texts.push_back("text " + std::to_string(i));
  const auto [x_train, x_test, y_train, y_test, texts_train, texts_test] = train_test_split(x, y, texts);
  CHECK(x_train.shape() == Shape{15, 2});
  CHECK(x_test.shape() == Shape{5, 2});
  CHECK(texts_train.size() == 15);
  REQUIRE(texts_test.size() == 5);
  for (std::int64_t i = 0; i < 5; ++i) {
    const std::int32_t label = y_test.at<std::int32_t>(i);
    CHECK(x_test.at<float>(i, 1) == static_cast<float>(2 * label + 1));
    CHECK(texts_test[static_cast<std::size_t>(i)] == "text " + std::to_string(label));
  }
  std::vector<std::int32_t> all = y_train.to_vector<std::int32_t>();
  for (const std::int32_t label : y_test.values<std::int32_t>()) all.push_back(label);
  CHECK_FALSE(std::is_sorted(all.begin(), all.end()));
  std::sort(all.begin(), all.end());
  CHECK(all == y.to_vector<std::int32_t>());
}

TEST_CASE("train_test_split: one array, two, four, and any number of tensors") {
  const Tensor x = Tensor::arange(8);
  const std::vector<float> labels(8, 1);
  const auto [one_train, one_test] = train_test_split(x, {.test_size = 3});
  CHECK(one_train.size() == 5);
  CHECK(one_test.size() == 3);
  const auto [a, b, labels_train, labels_test] = train_test_split(x, labels, {.train_size = 0.5});
  CHECK(labels_train.size() == 4);
  CHECK(labels_test.size() == 4);
  const auto [p, q, r, s, t, u, v, w] = train_test_split(x, x, labels, x, {.seed = 1});
  CHECK(ops::array_equal(p, v));
  CHECK(ops::array_equal(q, w));
  const auto [train, test] = train_test_split({x, x, x, x, x}, {.seed = 1});
  CHECK(train.size() == 5);
  CHECK(ops::array_equal(train[4], p));
  CHECK(ops::array_equal(test[0], q));
}

TEST_CASE("train_test_split: sizes are those of scikit-learn (1.9.1)") {
  CHECK(sizes(10) == Sizes{7, 3});
  CHECK(sizes(7) == Sizes{5, 2});
  CHECK(sizes(2) == Sizes{1, 1});
  CHECK(sizes(3, {.test_size = 0.1}) == Sizes{2, 1});
  CHECK(sizes(10, {.test_size = 0.1}) == Sizes{9, 1});
  CHECK(sizes(100, {.test_size = 0.29}) == Sizes{71, 29});
  CHECK(sizes(10, {.train_size = 0.33}) == Sizes{3, 7});
  CHECK(sizes(10, {.test_size = 0.33, .train_size = 0.33}) == Sizes{3, 4});
  CHECK(sizes(10, {.test_size = 3}) == Sizes{7, 3});
  CHECK(sizes(10, {.test_size = 1}) == Sizes{9, 1});
  CHECK(sizes(10, {.train_size = 9}) == Sizes{9, 1});
  CHECK(sizes(10, {.train_size = 0.95}) == Sizes{9, 1});
  CHECK(sizes(10, {.test_size = 3, .train_size = 4}) == Sizes{4, 3});
  CHECK(sizes(10, {.test_size = 0.5, .train_size = 4}) == Sizes{4, 5});
  CHECK(sizes(1000, {.test_size = 0.001}) == Sizes{999, 1});
  CHECK(sizes(49, {.test_size = 1 / 49. * 7}) == Sizes{42, 7});
}

TEST_CASE("train_test_split: without shuffling the first train and the next test") {
  const TrainTest ids = train_test_ids(7, {.shuffle = false});
  CHECK(ids.train == Ids{0, 1, 2, 3, 4});
  CHECK(ids.test == Ids{5, 6});
  CHECK(train_test_ids(10, {.test_size = 3, .train_size = 4, .shuffle = false}).test == Ids{4, 5, 6});
}

TEST_CASE("train_test_split: the seed fixes it, set_seed without one") {
  const Ids first = train_test_ids(50, {.seed = 1}).test;
  CHECK(train_test_ids(50, {.seed = 1}).test == first);
  CHECK(train_test_ids(50, {.seed = 2}).test != first);
  random::set_seed(5);
  const Ids global = train_test_ids(50).train;
  CHECK(train_test_ids(50).train != global);
  random::set_seed(5);
  CHECK(train_test_ids(50).train == global);
  CHECK(all_different(joined(train_test_ids(50, {.seed = 1}))));
}

TEST_CASE("train_test_split: stratified parts have the classes of scikit-learn's (1.9.1)") {
  check_stratified({10, 10, 10}, {8, 8, 8}, {2, 2, 2}, {.test_size = 0.2});
  check_stratified({7, 3}, {5, 2}, {2, 1});
  check_stratified({8, 2}, {6, 2}, {2, 0}, {.test_size = 2});
  check_stratified({100, 7, 3}, {70, 5, 2}, {30, 2, 1}, {.test_size = 0.3});
  check_stratified({97, 53, 11}, {48, 26, 6}, {20, 11, 2}, {.test_size = 0.2, .train_size = 0.5});
  check_stratified({2, 2}, {1, 1}, {1, 1}, {.test_size = 0.5});
  check_stratified({13, 29, 58}, {9, 19, 39}, {4, 10, 19}, {.test_size = 0.33});
}

TEST_CASE("train_test_split: of classes with equal remainders, any gets the sample that is left") {
  // 37.5 and 22.5 of 75 to train with: scikit-learn gives (37, 23) or (38, 22).
  const Tensor labels = labels_of({50, 30, 20});
  int larger = 0;
  for (std::uint64_t seed = 0; seed < 40; ++seed) {
    const TrainTest ids = train_test_ids(100, {.seed = seed, .stratify = labels});
    const Ids counts = counts_of(labels, ids.train, 3);
    CHECK((counts == Ids{37, 23, 15} || counts == Ids{38, 22, 15}));
    larger += counts[0] == 38 ? 1 : 0;
    CHECK(all_different(joined(ids)));
    CHECK_FALSE(std::is_sorted(ids.train.begin(), ids.train.end()));
  }
  CHECK(larger > 5);
  CHECK(larger < 35);
}

TEST_CASE("train_test_split: labels of any dtype, as a column too") {
  const Tensor labels({0.5f, 0.5f, 2.f, 2.f});
  for (const Tensor& each : {labels, labels.with_shape({4, 1}), labels.astype(int32), labels.astype(float64)}) {
    const TrainTest ids = train_test_ids(4, {.test_size = 2, .stratify = each});
    CHECK(ids.test[0] / 2 != ids.test[1] / 2);
  }
}

TEST_CASE("train_test_split: refuses sizes that are no part of the samples") {
  const auto error_of = [](std::int64_t n, const SplitOptions& options) {
    return message_of<ValueError>([&] { train_test_ids(n, options); });
  };
  for (const double size : {0.0, -0.1, 10.0, 11.0, 1.5, std::nan(""), 1e300}) {
    CHECK(error_of(10, {.test_size = size}).starts_with("[train_test_split] test_size is out of range; got "));
    CHECK(error_of(10, {.train_size = size}).starts_with("[train_test_split] train_size is out of range; got "));
  }
  CHECK(error_of(10, {.test_size = 0.6, .train_size = 0.5}) ==
        "[train_test_split] train_size and test_size are too large together; got 0.5 and 0.6 of 10 samples");
  CHECK(error_of(10, {.test_size = 7, .train_size = 4}) != "");
  for (const std::int64_t n : {0, 1})
    CHECK(error_of(n, {}).starts_with("[train_test_split] no sample is left to train with; got "));
  CHECK(error_of(3, {.test_size = 0.9}) ==
        "[train_test_split] no sample is left to train with; got 3 samples, of which 3 are to test with");
  CHECK(error_of(11, {.test_size = 0.2, .train_size = 0.05}) != "");
}

TEST_CASE("train_test_split: refuses arrays of different lengths, scalars, classes that cannot be split") {
  const Tensor x = Tensor::arange(10);
  CHECK(message_of<ShapeError>([&] { train_test_split(x, Texts(9), x); }) ==
        "[train_test_split] arrays of different lengths; got 10, 9, 10 samples; expected as many in each");
  CHECK_THROWS_AS(train_test_split(Tensor(1.f)), ShapeError);
  CHECK_THROWS_AS(train_test_split(Tensors()), ValueError);
  CHECK_THROWS_AS(train_test_split(Texts{}), ValueError);
  const auto error_of = [](const SplitOptions& options) { return message_of([&] { train_test_ids(6, options); }); };
  const Tensor labels({0, 0, 0, 1, 1, 1}), three({0, 0, 1, 1, 2, 2});
  CHECK(error_of({.stratify = Tensor({0, 0, 1, 2, 2, 2})}) ==
        "[train_test_split] a class of stratify has a single sample, number 2; expected two or more, to train and to "
        "test with");
  CHECK(error_of({.test_size = 2, .stratify = three}) ==
        "[train_test_split] too few samples for 3 classes; got 4 to train and 2 to test with; expected 3 or more of "
        "each");
  CHECK(error_of({.train_size = 2, .stratify = three}) != "");
  CHECK(error_of({.shuffle = false, .stratify = labels}) ==
        "[train_test_split] stratify needs shuffle; got shuffle = false");
  CHECK(error_of({.stratify = Tensor({0, 1})}) ==
        "[train_test_split] stratify needs one label a sample; got (2,) for 6 samples; expected (6,)");
  CHECK_THROWS_AS(train_test_ids(6, {.stratify = Tensor::zeros({3, 2})}), ShapeError);
  CHECK_THROWS_AS(train_test_ids(2, {.stratify = Tensor({std::nanf(""), 1.f})}), ValueError);
}

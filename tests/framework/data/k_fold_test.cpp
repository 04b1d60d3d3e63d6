#include <cornu/framework/data/k_fold.hpp>

#include <doctest/doctest.h>

#include <algorithm>

#include <cornu/framework/base/errors.hpp>
#include <cornu/framework/tensor/random.hpp>

#include "tests/support/throws.hpp"

using namespace cornu;
using testing::message_of;
using Ids = std::vector<std::int64_t>;

TEST_CASE("k_fold: the folds of scikit-learn's KFold (1.9.1)") {
  const std::vector<TrainTest> folds = k_fold(7, 3);
  REQUIRE(folds.size() == 3);
  CHECK(folds[0].train == Ids{3, 4, 5, 6});
  CHECK(folds[0].test == Ids{0, 1, 2});
  CHECK(folds[1].train == Ids{0, 1, 2, 5, 6});
  CHECK(folds[1].test == Ids{3, 4});
  CHECK(folds[2].train == Ids{0, 1, 2, 3, 4});
  CHECK(folds[2].test == Ids{5, 6});
  CHECK(k_fold(6, 3)[1].test == Ids{2, 3});
  CHECK(k_fold(10).size() == 5);
}

TEST_CASE("k_fold: shuffled folds hold each sample once, in ascending order, as the seed says") {
  const auto folds = k_fold(100, 7, {.shuffle = true, .seed = 3});
  Ids tested;
  for (const auto& [train, test] : folds) {
    CHECK(train.size() + test.size() == 100);
    CHECK((test.size() == 14 || test.size() == 15));
    CHECK(std::is_sorted(train.begin(), train.end()));
    CHECK(std::is_sorted(test.begin(), test.end()));
    tested.insert(tested.end(), test.begin(), test.end());
  }
  CHECK_FALSE(std::is_sorted(tested.begin(), tested.end()));
  std::sort(tested.begin(), tested.end());
  CHECK(std::adjacent_find(tested.begin(), tested.end()) == tested.end());
  CHECK(tested.size() == 100);
  CHECK(k_fold(100, 7, {.shuffle = true, .seed = 3})[0].test == folds[0].test);
  CHECK(k_fold(100, 7, {.shuffle = true, .seed = 4})[0].test != folds[0].test);
  random::set_seed(1);
  const Ids first = k_fold(100, 7, {.shuffle = true})[0].test;
  random::set_seed(1);
  CHECK(k_fold(100, 7, {.shuffle = true})[0].test == first);
}

TEST_CASE("k_fold: a fold a sample, but no empty folds") {
  CHECK(k_fold(3, 3)[2].test == Ids{2});
  CHECK(message_of<ValueError>([] { k_fold(7, 8); }) ==
        "[k_fold] cannot split 7 samples in 8 folds; expected 2 folds or more, of one sample or more");
  CHECK_THROWS_AS(k_fold(7, 1), ValueError);
  CHECK_THROWS_AS(k_fold(0, 2), ValueError);
  CHECK_THROWS_AS(k_fold(7, -1), ValueError);
  CHECK_THROWS_AS(k_fold(7, 2, {.seed = 1}), ValueError);
}

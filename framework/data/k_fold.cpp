#include <cornu/framework/data/k_fold.hpp>

#include <fmt/core.h>

#include <numeric>

#include <cornu/framework/base/errors.hpp>
#include <cornu/framework/tensor/random.hpp>

namespace cornu {

namespace {

std::vector<std::int64_t> order_of(std::int64_t n, const KFoldOptions& options) {
  if (options.shuffle)
    return random::permutation(n, options.seed ? random::Generator(*options.seed) : random::next_generator());
  std::vector<std::int64_t> order(static_cast<std::size_t>(n));
  std::iota(order.begin(), order.end(), 0);
  return order;
}

// The fold that each sample tests in.
std::vector<std::int64_t> folds_of(std::int64_t n, std::int64_t k, const KFoldOptions& options) {
  std::vector<std::int64_t> folds(static_cast<std::size_t>(n));
  const std::int64_t size = n / k, longer = n % k;
  std::int64_t fold = 0, left = size + (longer > 0 ? 1 : 0);
  for (const std::int64_t id : order_of(n, options)) {
    folds[static_cast<std::size_t>(id)] = fold;
    if (--left > 0) continue;
    ++fold;
    left = size + (fold < longer ? 1 : 0);
  }
  return folds;
}

}  // namespace

std::vector<TrainTest> k_fold(std::int64_t n, std::int64_t k, const KFoldOptions& options) {
  if (k < 2 || k > n)
    throw ValueError(
        "k_fold",
        fmt::format("cannot split {} samples in {} folds; expected 2 folds or more, of one sample or more", n, k));
  if (options.seed && !options.shuffle)
    throw ValueError("k_fold", "a seed changes nothing without shuffling; expected shuffle = true, or no seed");
  const std::vector<std::int64_t> folds = folds_of(n, k, options);
  std::vector<TrainTest> splits(static_cast<std::size_t>(k));
  for (std::int64_t id = 0; id < n; ++id)
    for (std::int64_t fold = 0; fold < k; ++fold) {
      TrainTest& split = splits[static_cast<std::size_t>(fold)];
      (folds[static_cast<std::size_t>(id)] == fold ? split.test : split.train).push_back(id);
    }
  return splits;
}

}  // namespace cornu

#include <cornu/framework/data/train_test_split.hpp>

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <numeric>

#include <cornu/framework/base/errors.hpp>
#include <cornu/framework/data/approximate_mode.hpp>
#include <cornu/framework/tensor/for_type.hpp>
#include <cornu/framework/tensor/random.hpp>

namespace cornu {

namespace {

constexpr const char* place = "train_test_split";

struct Sizes {
  std::int64_t train = 0, test = 0;
};

bool is_part(double size) { return size > 0 && size < 1; }

// So many of n samples, a part rounded by `round`.
std::int64_t count_of(const char* option, double size, std::int64_t n, double (*round)(double)) {
  const auto count = static_cast<double>(n);
  if (is_part(size)) return static_cast<std::int64_t>(round(size * count));
  if (!(size >= 1 && size < count && size == std::floor(size)))
    throw ValueError(place, fmt::format("{} is out of range; got {} of {} samples; expected a part between 0 and 1, or "
                                        "a whole number of samples, fewer than all",
                                        option, size, n));
  return static_cast<std::int64_t>(size);
}

double round_up(double x) { return std::ceil(x); }
double round_down(double x) { return std::floor(x); }

Sizes sizes_of(std::int64_t n, const SplitOptions& options) {
  const auto test = options.test_size, train = options.train_size;
  Sizes sizes;
  if (test || !train) sizes.test = count_of("test_size", test.value_or(0.25), n, round_up);
  if (train) sizes.train = count_of("train_size", *train, n, round_down);
  if (!train) sizes.train = n - sizes.test;
  if (train && !test) sizes.test = n - sizes.train;
  const bool is_too_much = train && test && is_part(*train) && is_part(*test) && *train + *test > 1;
  if (is_too_much || sizes.train + sizes.test > n)
    throw ValueError(place, fmt::format("train_size and test_size are too large together; got {} and {} of {} samples",
                                        *train, *test, n));
  if (sizes.train == 0)
    throw ValueError(place, fmt::format("no sample is left to train with; got {} samples, of which {} are to test with",
                                        n, sizes.test));
  return sizes;
}

// ── by classes ──────────────────────────────────────────────────────────────────────────────────────────────────────

using Ids = std::vector<std::int64_t>;

template <class T>
std::vector<Ids> members_by_class(const Tensor& labels) {
  const std::span<const T> all = labels.values<T>();
  std::vector<T> classes(all.begin(), all.end());
  if constexpr (std::is_floating_point_v<T>)
    if (std::any_of(all.begin(), all.end(), [](T label) { return std::isnan(label); }))
      throw ValueError(place, "a label of stratify is NaN; expected a number for each sample");
  std::sort(classes.begin(), classes.end());
  classes.erase(std::unique(classes.begin(), classes.end()), classes.end());
  std::vector<Ids> members(classes.size());
  for (std::size_t i = 0; i < all.size(); ++i) {
    const auto found = std::lower_bound(classes.begin(), classes.end(), static_cast<T>(all[i]));
    members[static_cast<std::size_t>(found - classes.begin())].push_back(static_cast<std::int64_t>(i));
  }
  return members;
}

std::vector<Ids> members_of(const Tensor& labels, std::int64_t n) {
  if (labels.size() != n || labels.rank() == 0 || labels.dim(0) != n)
    throw ShapeError(place, fmt::format("stratify needs one label a sample; got {} for {} samples; expected ({},)",
                                        labels.shape(), n, n));
  std::vector<Ids> members;
  detail::for_any_type(labels.dtype(), [&]<class T>(T) { members = members_by_class<T>(labels); });
  return members;
}

void require_classes(const std::vector<Ids>& members, const Sizes& sizes) {
  for (const Ids& ids : members)
    if (ids.size() < 2)
      throw ValueError(place,
                       fmt::format("a class of stratify has a single sample, number {}; expected two or more, to "
                                   "train and to test with",
                                   ids.front()));
  const auto classes = static_cast<std::int64_t>(members.size());
  if (sizes.train < classes || sizes.test < classes)
    throw ValueError(place, fmt::format("too few samples for {} classes; got {} to train and {} to test with; expected "
                                        "{} or more of each",
                                        classes, sizes.train, sizes.test, classes));
}

Ids shuffled(const Ids& ids, random::Generator& generator) {
  return take_rows(ids,
                   random::permutation(static_cast<std::int64_t>(ids.size()), random::Generator(generator.next())));
}

TrainTest split_by_classes(const std::vector<Ids>& members, const Sizes& sizes, random::Generator generator) {
  Ids left(members.size());
  std::transform(members.begin(), members.end(), left.begin(),
                 [](const Ids& ids) { return static_cast<std::int64_t>(ids.size()); });
  const Ids train = approximate_mode(left, sizes.train, generator);
  for (std::size_t i = 0; i < left.size(); ++i) left[i] -= train[i];
  const Ids test = approximate_mode(left, sizes.test, generator);
  TrainTest parts;
  for (std::size_t i = 0; i < members.size(); ++i) {
    const Ids ids = shuffled(members[i], generator);
    const auto middle = ids.begin() + train[i];
    parts.train.insert(parts.train.end(), ids.begin(), middle);
    parts.test.insert(parts.test.end(), middle, middle + test[i]);
  }
  return {shuffled(parts.train, generator), shuffled(parts.test, generator)};
}

// ── all alike ───────────────────────────────────────────────────────────────────────────────────────────────────────

Ids counted(std::int64_t first, std::int64_t count) {
  Ids ids(static_cast<std::size_t>(count));
  std::iota(ids.begin(), ids.end(), first);
  return ids;
}

TrainTest split_shuffled(std::int64_t n, const Sizes& sizes, random::Generator generator) {
  const Ids ids = random::permutation(n, generator);
  const auto middle = ids.begin() + sizes.test;
  return {Ids(middle, middle + sizes.train), Ids(ids.begin(), middle)};
}

}  // namespace

TrainTest train_test_ids(std::int64_t n, const SplitOptions& options) {
  const Sizes sizes = sizes_of(n, options);
  if (!options.shuffle && options.stratify.defined())
    throw ValueError(place, "stratify needs shuffle; got shuffle = false");
  if (!options.shuffle) return {counted(0, sizes.train), counted(sizes.train, sizes.test)};
  std::vector<Ids> members;
  if (options.stratify.defined()) {
    members = members_of(options.stratify, n);
    require_classes(members, sizes);
  }
  const random::Generator generator = options.seed ? random::Generator(*options.seed) : random::next_generator();
  return members.empty() ? split_shuffled(n, sizes, generator) : split_by_classes(members, sizes, generator);
}

}  // namespace cornu

namespace cornu::detail {

std::int64_t samples_of(const Tensor& x) {
  if (x.rank() == 0)
    throw ShapeError("train_test_split", "a scalar has no samples; got shape (); expected rank 1 or more");
  return x.dim(0);
}

TrainTest train_test_ids(std::span<const std::int64_t> samples, const SplitOptions& options) {
  if (samples.empty()) throw ValueError("train_test_split", "nothing to split; got no array; expected one or more");
  if (std::any_of(samples.begin(), samples.end(), [&](std::int64_t count) { return count != samples[0]; }))
    throw ShapeError(
        "train_test_split",
        fmt::format("arrays of different lengths; got {} samples; expected as many in each", fmt::join(samples, ", ")));
  return train_test_ids(samples[0], options);
}

}  // namespace cornu::detail

namespace cornu {

std::pair<Tensors, Tensors> train_test_split(const Tensors& arrays, const SplitOptions& options) {
  std::vector<std::int64_t> samples;
  for (const Tensor& array : arrays) samples.push_back(detail::samples_of(array));
  const TrainTest ids = detail::train_test_ids(samples, options);
  std::pair<Tensors, Tensors> parts;
  for (const Tensor& array : arrays) {
    parts.first.push_back(take_rows(array, ids.train));
    parts.second.push_back(take_rows(array, ids.test));
  }
  return parts;
}

}  // namespace cornu

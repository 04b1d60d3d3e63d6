#pragma once
#include <concepts>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <tuple>
#include <type_traits>
#include <utility>
#include <vector>

#include <cornu/framework/base/export.hpp>
#include <cornu/framework/data/take_rows.hpp>
#include <cornu/framework/tensor/list.hpp>
#include <cornu/framework/tensor/tensor.hpp>

CORNU_EXPORT_BEGIN
namespace cornu {

struct SplitOptions {
  std::optional<double> test_size = {};    ///< below 1 a part of the samples, from 1 on their number; see below
  std::optional<double> train_size = {};   ///< the same
  bool shuffle = true;                     ///< false: the first samples train, those that follow test
  std::optional<std::uint64_t> seed = {};  ///< of the shuffling; cornu::random::set_seed fixes it otherwise
  Tensor stratify = {};                    ///< (n,) or (n, 1) labels, of which both parts get their shares
};

/// The places of samples to train and to test with.
struct TrainTest {
  std::vector<std::int64_t> train, test;
};

/// Splits 0 … n-1 in two, as sklearn.model_selection.train_test_split splits n samples. A part of n is rounded up for
/// test and down for train; the one that is not given is what the other leaves, and 0.25 of n is for test when none is.
/// With `stratify`, each class is split like the whole, with at most one sample more or fewer. Throws ValueError for
/// sizes that are no part and no number of the samples, together more than them, or leave no sample to train with;
/// for classes of a single sample, parts smaller than the number of classes, labels that are NaN and `stratify` without
/// `shuffle`; ShapeError for other than n labels.
TrainTest train_test_ids(std::int64_t n, const SplitOptions& options = {});

/// What can be split: a Tensor, along its first axis, or a std::vector, of texts for instance.
template <class A>
concept Samples = std::same_as<A, Tensor> || std::same_as<A, std::vector<typename A::value_type>>;

}  // namespace cornu

namespace cornu::detail {

/// How many samples there are. Throws ShapeError for a scalar.
std::int64_t samples_of(const Tensor& x);
template <class T>
std::int64_t samples_of(const std::vector<T>& x) {
  return static_cast<std::int64_t>(x.size());
}

/// train_test_ids for arrays of so many samples each. Throws ShapeError unless these are equal.
TrainTest train_test_ids(std::span<const std::int64_t> samples, const SplitOptions& options);

template <class... A>
auto split(const SplitOptions& options, const A&... arrays) {
  const std::int64_t samples[] = {samples_of(arrays)...};
  const TrainTest ids = train_test_ids(samples, options);
  return std::tuple_cat(std::make_tuple(take_rows(arrays, ids.train), take_rows(arrays, ids.test))...);
}

}  // namespace cornu::detail

namespace cornu {

/// Splits samples: the parts of each array, that for training first, in the order of the arrays. Throws as
/// train_test_ids, and ShapeError for arrays of different lengths.
///
///     const auto [x_train, x_test, y_train, y_test] = train_test_split(x, y, {.test_size = 0.2, .stratify = y});
///     const auto [texts, new_texts, stars, new_stars] = train_test_split(reviews.words("text"), all_stars);
template <Samples A>
std::tuple<A, A> train_test_split(const A& a, const SplitOptions& options = {}) {
  return detail::split(options, a);
}
template <Samples A, Samples B>
std::tuple<A, A, B, B> train_test_split(const A& a, const B& b, const SplitOptions& options = {}) {
  return detail::split(options, a, b);
}
template <Samples A, Samples B, Samples C>
std::tuple<A, A, B, B, C, C> train_test_split(const A& a, const B& b, const C& c, const SplitOptions& options = {}) {
  return detail::split(options, a, b, c);
}
template <Samples A, Samples B, Samples C, Samples D>
std::tuple<A, A, B, B, C, C, D, D> train_test_split(const A& a, const B& b, const C& c, const D& d,
                                                    const SplitOptions& options = {}) {
  return detail::split(options, a, b, c, d);
}
/// Any number of tensors: those for training, and those for testing.
std::pair<Tensors, Tensors> train_test_split(const Tensors& arrays, const SplitOptions& options = {});

}  // namespace cornu
CORNU_EXPORT_END

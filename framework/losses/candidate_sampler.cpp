#include <cornu/framework/losses/candidate_sampler.hpp>

#include <fmt/core.h>

#include <cmath>
#include <unordered_set>
#include <vector>

#include <cornu/framework/base/errors.hpp>
#include <cornu/framework/ops/support.hpp>

namespace cornu::random {

namespace {

constexpr const char* sampler = "log_uniform_candidate_sampler";

void check(const Tensor& true_classes, std::int64_t num_sampled, bool unique, std::int64_t range_max) {
  if (num_sampled < 1 || range_max < 1 || (unique && num_sampled > range_max))
    throw ValueError(sampler,
                     fmt::format("cannot draw {}{} classes out of {}; expected both counts to be 1 or more, and no "
                                 "more unique classes than there are",
                                 num_sampled, unique ? " unique" : "", range_max));
  ops::require_ids(sampler, true_classes, range_max, {"class", "the range", "is range_max right?"});
}

// The inverse of P(class ≤ k) = ln(k + 2) / ln(range_max + 1)
std::int64_t draw(Generator& generator, std::int64_t range_max) {
  const double log_range = std::log1p(static_cast<double>(range_max));
  return (static_cast<std::int64_t>(std::exp(generator.uniform() * log_range)) - 1) % range_max;
}

struct Expected {
  std::int64_t range_max, tries;
  bool unique;

  float count(std::int64_t k) const {
    const double p = std::log1p(1 / static_cast<double>(k + 1)) / std::log1p(static_cast<double>(range_max));
    const auto n = static_cast<double>(tries);
    return static_cast<float>(unique ? -std::expm1(n * std::log1p(-p)) : n * p);
  }
  Tensor counts(const Tensor& classes) const {
    Tensor result = Tensor::uninitialized(classes.shape(), float32);
    const Tensor all = classes.astype(int64);
    for (std::int64_t i = 0; i < all.size(); ++i) result.mutable_data<float>()[i] = count(all.data<std::int64_t>()[i]);
    return result;
  }
};

}  // namespace

Candidates log_uniform_candidate_sampler(const Tensor& true_classes, std::int64_t num_sampled, bool unique,
                                         std::int64_t range_max, Generator generator) {
  check(true_classes, num_sampled, unique, range_max);
  std::vector<std::int64_t> sampled;
  std::unordered_set<std::int64_t> seen;
  std::int64_t tries = 0;
  for (; std::ssize(sampled) < num_sampled; ++tries) {
    const std::int64_t k = draw(generator, range_max);
    if (!unique || seen.insert(k).second) sampled.push_back(k);
  }
  const Expected expected{range_max, tries, unique && tries != num_sampled};
  const Tensor classes(sampled);
  return {classes, expected.counts(true_classes), expected.counts(classes)};
}

}  // namespace cornu::random

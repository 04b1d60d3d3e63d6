#include <cornu/framework/data/to_categorical.hpp>

#include <fmt/core.h>

#include <algorithm>
#include <limits>
#include <span>

#include <cornu/framework/base/errors.hpp>
#include <cornu/framework/ops/ops.hpp>
#include <cornu/framework/ops/support.hpp>

namespace cornu {

namespace {

constexpr const char* place = "to_categorical";

std::int64_t classes_of(const Tensor& labels) {
  const std::span<const std::int64_t> all = labels.values<std::int64_t>();
  if (all.empty())
    throw ValueError(place, "no label to find the number of classes by; got none; expected num_classes, or labels");
  constexpr std::int64_t least = 0, most = std::numeric_limits<std::int64_t>::max() - 1;
  return std::clamp(*std::max_element(all.begin(), all.end()), least, most) + 1;
}

}  // namespace

Tensor to_categorical(const Tensor& y, std::optional<std::int64_t> num_classes) {
  if (num_classes && *num_classes < 1)
    throw ValueError(place, fmt::format("num_classes is too small; got {}; expected 1 or more", *num_classes));
  const ops::IdWords words{.id = "label", .where = "the classes", .advice_for_floats = "labels are numbers of classes"};
  Tensor labels = ops::cast_exactly(place, y, int64, words);
  if (labels.rank() > 1 && labels.dim(-1) == 1) labels = ops::squeeze(labels, -1);
  const std::int64_t classes = num_classes ? *num_classes : classes_of(labels);
  ops::require_ids(place, labels, classes, words);
  return ops::one_hot(labels, classes);
}

}  // namespace cornu

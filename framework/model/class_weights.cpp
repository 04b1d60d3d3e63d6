#include <cornu/framework/model/class_weights.hpp>

#include <algorithm>

namespace cornu {

template struct NamedItem<LabelWeights>;

LabelWeights::LabelWeights(std::initializer_list<Entry> entries) {
  for (const auto& [label, weight] : entries) add(label, weight);
}
LabelWeights::LabelWeights(const LabelWeights& other) = default;
LabelWeights::LabelWeights(LabelWeights&& other) noexcept = default;
LabelWeights& LabelWeights::operator=(const LabelWeights& other) = default;
LabelWeights& LabelWeights::operator=(LabelWeights&& other) noexcept = default;
LabelWeights::~LabelWeights() = default;

namespace {

constexpr auto is_before = [](const LabelWeights::Entry& entry, std::int64_t label) { return entry.first < label; };

}  // namespace

void LabelWeights::add(std::int64_t label, double weight) {
  const auto place = std::lower_bound(entries_.begin(), entries_.end(), label, is_before);
  if (place == entries_.end() || place->first != label) entries_.insert(place, {label, weight});
}

double LabelWeights::operator[](std::int64_t label) const {
  const auto place = std::lower_bound(entries_.begin(), entries_.end(), label, is_before);
  return place != entries_.end() && place->first == label ? place->second : 1.0;
}

ClassWeights::ClassWeights() = default;
ClassWeights::ClassWeights(const LabelWeights& weights) {
  if (!weights.empty()) weights_.push_back(weights);
}
ClassWeights::ClassWeights(std::initializer_list<LabelWeights::Entry> weights) : ClassWeights(LabelWeights(weights)) {}
ClassWeights::ClassWeights(const std::vector<NamedItem<LabelWeights>>& weights) {
  for (const NamedItem<LabelWeights>& one : weights) {
    names_.push_back(one.name);
    weights_.push_back(one.value);
  }
}
ClassWeights::ClassWeights(std::initializer_list<NamedItem<LabelWeights>> weights)
    : ClassWeights(std::vector<NamedItem<LabelWeights>>(weights)) {}
ClassWeights::ClassWeights(const ClassWeights& other) = default;
ClassWeights::ClassWeights(ClassWeights&& other) noexcept = default;
ClassWeights& ClassWeights::operator=(const ClassWeights& other) = default;
ClassWeights& ClassWeights::operator=(ClassWeights&& other) noexcept = default;
ClassWeights::~ClassWeights() = default;

}  // namespace cornu

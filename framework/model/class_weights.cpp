#include <cornu/framework/model/class_weights.hpp>

namespace cornu {

template struct NamedItem<ClassWeights::Map>;

ClassWeights::ClassWeights() = default;
ClassWeights::ClassWeights(const Map& weights) {
  if (!weights.empty()) maps_.push_back(weights);
}
ClassWeights::ClassWeights(std::initializer_list<Map::value_type> weights) : ClassWeights(Map(weights)) {}
ClassWeights::ClassWeights(const std::vector<NamedItem<Map>>& weights) {
  for (const NamedItem<Map>& one : weights) {
    names_.push_back(one.name);
    maps_.push_back(one.value);
  }
}
ClassWeights::ClassWeights(std::initializer_list<NamedItem<Map>> weights)
    : ClassWeights(std::vector<NamedItem<Map>>(weights)) {}
ClassWeights::ClassWeights(const ClassWeights& other) = default;
ClassWeights::ClassWeights(ClassWeights&& other) noexcept = default;
ClassWeights& ClassWeights::operator=(const ClassWeights& other) = default;
ClassWeights& ClassWeights::operator=(ClassWeights&& other) noexcept = default;
ClassWeights::~ClassWeights() = default;

}  // namespace cornu

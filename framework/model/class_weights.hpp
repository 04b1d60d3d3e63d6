#pragma once
#include <cstddef>
#include <cstdint>
#include <initializer_list>
#include <map>
#include <string>
#include <vector>

#include <cornu/framework/base/export.hpp>
#include <cornu/framework/model/named_list.hpp>

CORNU_EXPORT_BEGIN
namespace cornu {

extern template struct NamedItem<std::map<std::int64_t, double>>;

/// The weight of a sample by its integer label, 1 for labels that are not there: of the only output, or of those that
/// are named.
///
///     {{0, 1.0}, {1, 2.0}}      {{"kind", {{0, 1.0}, {1, 2.0}}}}
class ClassWeights {
 public:
  using Map = std::map<std::int64_t, double>;

  ClassWeights();
  ClassWeights(std::initializer_list<Map::value_type> weights);
  ClassWeights(const Map& weights);
  ClassWeights(std::initializer_list<NamedItem<Map>> weights);
  ClassWeights(const std::vector<NamedItem<Map>>& weights);
  ClassWeights(const ClassWeights& other);
  ClassWeights(ClassWeights&& other) noexcept;
  ClassWeights& operator=(const ClassWeights& other);
  ClassWeights& operator=(ClassWeights&& other) noexcept;
  ~ClassWeights();

  bool empty() const { return maps_.empty(); }
  /// One, or one each a name.
  const std::vector<Map>& maps() const { return maps_; }
  /// The names of outputs, or nothing.
  const std::vector<std::string>& names() const { return names_; }

 private:
  std::vector<Map> maps_;
  std::vector<std::string> names_;
};

}  // namespace cornu
CORNU_EXPORT_END

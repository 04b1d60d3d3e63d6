#pragma once
#include <cstddef>
#include <cstdint>
#include <initializer_list>
#include <string>
#include <utility>
#include <vector>

#include <cornu/framework/base/export.hpp>
#include <cornu/framework/model/named_list.hpp>

CORNU_EXPORT_BEGIN
namespace cornu {

/// What maps labels to weights, such as std::map<std::int64_t, double>.
template <class M>
concept MapOfLabels = requires(const M& map) {
  static_cast<double>(map.at(typename M::key_type{}));
  static_cast<std::int64_t>(map.begin()->first);
};

/// Weights by label: `{{0, 1.0}, {1, 2.0}}`. Of a label that comes twice the first weight counts.
class LabelWeights {
 public:
  using Entry = std::pair<std::int64_t, double>;

  LabelWeights(std::initializer_list<Entry> entries);
  template <MapOfLabels M>
  LabelWeights(const M& map) {
    for (const auto& [label, weight] : map) add(label, weight);
  }
  LabelWeights(const LabelWeights& other);
  LabelWeights(LabelWeights&& other) noexcept;
  LabelWeights& operator=(const LabelWeights& other);
  LabelWeights& operator=(LabelWeights&& other) noexcept;
  ~LabelWeights();

  bool empty() const { return entries_.empty(); }
  /// By label, the least first.
  const std::vector<Entry>& entries() const { return entries_; }
  /// The label's weight, 1 if it has none.
  double operator[](std::int64_t label) const;

 private:
  void add(std::int64_t label, double weight);

  std::vector<Entry> entries_;
};

extern template struct NamedItem<LabelWeights>;

/// The weight of a sample by its integer label, 1 for labels that are not there: of the only output, or of those that
/// are named.
///
///     {{0, 1.0}, {1, 2.0}}      {{"kind", {{0, 1.0}, {1, 2.0}}}}
class ClassWeights {
 public:
  ClassWeights();
  ClassWeights(std::initializer_list<LabelWeights::Entry> weights);
  ClassWeights(const LabelWeights& weights);
  template <MapOfLabels M>
  ClassWeights(const M& map) : ClassWeights(LabelWeights(map)) {}
  ClassWeights(std::initializer_list<NamedItem<LabelWeights>> weights);
  ClassWeights(const std::vector<NamedItem<LabelWeights>>& weights);
  ClassWeights(const ClassWeights& other);
  ClassWeights(ClassWeights&& other) noexcept;
  ClassWeights& operator=(const ClassWeights& other);
  ClassWeights& operator=(ClassWeights&& other) noexcept;
  ~ClassWeights();

  bool empty() const { return weights_.empty(); }
  /// One, or one each a name.
  const std::vector<LabelWeights>& weights() const { return weights_; }
  /// The names of outputs, or nothing.
  const std::vector<std::string>& names() const { return names_; }

 private:
  std::vector<LabelWeights> weights_;
  std::vector<std::string> names_;
};

}  // namespace cornu
CORNU_EXPORT_END

#pragma once
#include <cstddef>
#include <initializer_list>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <cornu/framework/base/export.hpp>
#include <cornu/framework/tensor/tensor.hpp>

CORNU_EXPORT_BEGIN
namespace cornu {

/// Tensors that go by a name, in the order in which they were added.
///
///     const NamedTensors arrays{{"kernel", kernel}, {"bias", bias}};
///     for (const auto& [name, tensor] : arrays) fmt::print("{} {}\n", name, tensor.shape());
class NamedTensors {
 public:
  using Entry = std::pair<std::string, Tensor>;

  NamedTensors() = default;
  /// Throws ValueError when a name is repeated.
  NamedTensors(std::initializer_list<Entry> entries);

  /// Throws ValueError when there is one of that name.
  void add(std::string name, Tensor tensor);

  bool contains(std::string_view name) const;
  /// The tensor of that name. Throws IndexError, telling which there are.
  const Tensor& operator[](std::string_view name) const;

  std::size_t size() const { return entries_.size(); }
  bool empty() const { return entries_.empty(); }
  auto begin() const { return entries_.begin(); }
  auto end() const { return entries_.end(); }

 private:
  std::size_t place_of(std::string_view name) const;  // in order_, also where there is none of that name
  bool is_at(std::size_t place, std::string_view name) const;

  std::vector<Entry> entries_;
  std::vector<std::size_t> order_;  // of entries_, by their names
};

}  // namespace cornu
CORNU_EXPORT_END

#include <cornu/framework/formats/named_tensors.hpp>

#include <fmt/format.h>

#include <algorithm>

#include <cornu/framework/base/errors.hpp>
#include <cornu/framework/base/shown.hpp>

namespace cornu {

NamedTensors::NamedTensors(std::initializer_list<Entry> entries) {
  for (const auto& [name, tensor] : entries) add(name, tensor);
}

void NamedTensors::add(std::string name, Tensor tensor) {
  const std::size_t place = place_of(name);
  if (is_at(place, name))
    throw ValueError("NamedTensors", fmt::format("two tensors have one name; got '{}'", shown(name)));
  if (order_.size() == order_.capacity()) order_.reserve(2 * order_.size() + 1);
  entries_.emplace_back(std::move(name), std::move(tensor));
  order_.insert(order_.begin() + static_cast<std::ptrdiff_t>(place), entries_.size() - 1);
}

std::size_t NamedTensors::place_of(std::string_view name) const {
  const auto is_before = [&](std::size_t i, std::string_view other) { return entries_[i].first < other; };
  return static_cast<std::size_t>(std::lower_bound(order_.begin(), order_.end(), name, is_before) - order_.begin());
}

bool NamedTensors::is_at(std::size_t place, std::string_view name) const {
  return place < order_.size() && entries_[order_[place]].first == name;
}

bool NamedTensors::contains(std::string_view name) const { return is_at(place_of(name), name); }

const Tensor& NamedTensors::operator[](std::string_view name) const {
  if (const std::size_t place = place_of(name); is_at(place, name)) return entries_[order_[place]].second;
  std::string names;
  for (std::size_t i = 0; i < std::min<std::size_t>(size(), 10); ++i)
    names += fmt::format("{}'{}'", i == 0 ? "" : ", ", shown(entries_[i].first));
  throw IndexError("NamedTensors", fmt::format("no tensor of that name; got '{}'; expected one of {}{}", shown(name),
                                               names, size() > 10 ? ", …" : ""));
}

}  // namespace cornu

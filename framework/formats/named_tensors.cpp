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
  if (!places_.emplace(name, entries_.size()).second)
    throw ValueError("NamedTensors", fmt::format("two tensors have one name; got '{}'", shown(name)));
  entries_.emplace_back(std::move(name), std::move(tensor));
}

bool NamedTensors::contains(std::string_view name) const { return places_.find(name) != places_.end(); }

const Tensor& NamedTensors::operator[](std::string_view name) const {
  if (const auto found = places_.find(name); found != places_.end()) return entries_[found->second].second;
  std::string names;
  for (std::size_t i = 0; i < std::min<std::size_t>(size(), 10); ++i)
    names += fmt::format("{}'{}'", i == 0 ? "" : ", ", shown(entries_[i].first));
  throw IndexError("NamedTensors", fmt::format("no tensor of that name; got '{}'; expected one of {}{}", shown(name),
                                               names, size() > 10 ? ", …" : ""));
}

}  // namespace cornu

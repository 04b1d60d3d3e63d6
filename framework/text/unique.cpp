#include <cornu/framework/text/unique.hpp>

#include <cstdint>
#include <string_view>
#include <unordered_map>

namespace cornu::text {

Unique unique(const std::vector<std::string>& strings) {
  std::unordered_map<std::string_view, std::int32_t> seen;
  std::vector<std::string> values;
  std::vector<std::int32_t> indices;
  indices.reserve(strings.size());
  for (const std::string& string : strings) {
    const auto [place, is_new] = seen.emplace(string, static_cast<std::int32_t>(values.size()));
    if (is_new) values.push_back(string);
    indices.push_back(place->second);
  }
  return {values, Tensor(indices)};
}

}  // namespace cornu::text

#include <cornu/framework/ops/attention_equations.hpp>

#include <fmt/core.h>

namespace cornu::ops {

AttentionEquations attention_equations(std::size_t rank, std::span<const std::int64_t> axes) {
  AttentionEquations e;
  e.queries = std::string("abcdefghijkl").substr(0, rank + 1);
  e.keys = e.queries;
  std::string attending, attended;
  for (const std::int64_t axis : axes) {
    char& key = e.keys[static_cast<std::size_t>(axis)];
    attending += key;
    key = static_cast<char>('n' + axis);
    attended += key;
  }
  e.scores = e.queries.substr(0, rank);
  std::erase_if(e.scores, [&](char letter) { return attending.find(letter) != std::string::npos; });
  e.scores += attending + attended;
  e.to_scores = fmt::format("{},{}->{}", e.queries, e.keys, e.scores);
  e.to_output = fmt::format("{},{}->{}", e.scores, e.keys, e.queries);
  return e;
}

}  // namespace cornu::ops

// What the examples share of a command line.
#pragma once
#include <charconv>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace examples {

// What stands behind the program's name.
inline std::vector<std::string> arguments_of(int argc, char** argv) { return {argv + 1, argv + argc}; }

// Takes a flag, such as "--cnn", out of the arguments: whether it was there.
inline bool take_flag(std::vector<std::string>& arguments, const std::string& flag) {
  return std::erase(arguments, flag) > 0;
}

// Takes `--seed N` out of the arguments, at whose end it stands. N is 7 if it is not there, none if it is no number.
inline std::optional<std::uint64_t> take_seed(std::vector<std::string>& arguments) {
  if (arguments.size() < 2 || arguments[arguments.size() - 2] != "--seed") return 7;
  const std::string text = arguments.back();
  arguments.resize(arguments.size() - 2);
  std::uint64_t seed = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), seed);
  return error == std::errc() && end == text.data() + text.size() ? std::optional(seed) : std::nullopt;
}

}  // namespace examples

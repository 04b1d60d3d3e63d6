#include <cornu/framework/command/numbers.hpp>

#include <fmt/core.h>

#include <charconv>
#include <cmath>

namespace cornu::command {

namespace {

// CLI11's own conversions take "nan" into ranges and "010" as octal.
template <class T>
CLI::Option* add(CLI::App& app, const std::string& name, T& value, const std::string& help, const char* kind, T least,
                 T most) {
  const auto read = [&value, name, kind, least, most](const std::string& text) {
    T number{};
    const char* const end = text.data() + text.size();
    const auto [stopped, error] = std::from_chars(text.data(), end, number);
    bool fits = error == std::errc() && stopped == end && number >= least && number <= most;
    if constexpr (std::is_floating_point_v<T>) fits = fits && std::isfinite(number);
    if (!fits)
      throw CLI::ValidationError(name, fmt::format("got '{}'; expected {} in {} … {}", text, kind, least, most));
    value = number;
  };
  return app.add_option_function<std::string>(name, read, help)->type_name("NUMBER");
}

}  // namespace

CLI::Option* add_integer(CLI::App& app, const std::string& name, std::int64_t& value, const std::string& help,
                         std::int64_t least, std::int64_t most) {
  return add<std::int64_t>(app, name, value, help, "a whole number", least, most);
}

CLI::Option* add_number(CLI::App& app, const std::string& name, double& value, const std::string& help, double least,
                        double most) {
  return add<double>(app, name, value, help, "a number", least, most);
}

}  // namespace cornu::command

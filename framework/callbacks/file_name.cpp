#include <cornu/framework/callbacks/file_name.hpp>

#include <fmt/args.h>
#include <fmt/format.h>

#include <cornu/framework/base/errors.hpp>

namespace cornu::callbacks::detail {

std::string file_name(const std::string& pattern, std::int64_t epoch, std::optional<std::int64_t> batch,
                      const Logs& logs) {
  fmt::dynamic_format_arg_store<fmt::format_context> figures;
  figures.push_back(fmt::arg("epoch", epoch));
  if (batch) figures.push_back(fmt::arg("batch", *batch));
  std::string names = batch ? "epoch, batch" : "epoch";
  for (const auto& [name, value] : logs) {
    figures.push_back(fmt::arg(name.c_str(), value));
    names += ", " + name;
  }
  try {
    return fmt::vformat(pattern, figures);
  } catch (const fmt::format_error& error) {
    throw ValueError("ModelCheckpoint",
                     fmt::format("the path cannot be filled in ({}); got '{}'; expected figures among {}", error.what(),
                                 pattern, names));
  }
}

}  // namespace cornu::callbacks::detail

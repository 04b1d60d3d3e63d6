#include <cornu/framework/model/progress.hpp>

#include <fmt/format.h>

#include <cmath>
#include <string>

#include <cornu/framework/base/log.hpp>

namespace cornu::detail {

namespace {

std::string figures(const Logs& logs) {
  std::string text;
  for (const auto& [name, value] : logs)
    text += std::abs(value) > 1e-3 || value == 0 ? fmt::format(" - {}: {:.4f}", name, value)
                                                 : fmt::format(" - {}: {:.4e}", name, value);
  return text;
}

}  // namespace

void Progress::begin_epoch(std::int64_t epoch, std::int64_t epochs) {
  if (epochs > 1) log(fmt::format("Epoch {}/{}\n", epoch + 1, epochs));
}

void Progress::update(std::int64_t step, const Logs& logs) { line_.update(step, figures(logs)); }

void Progress::finish(const Logs& logs) { line_.finish(figures(logs)); }

}  // namespace cornu::detail

#pragma once
#include <string>
#include <string_view>
#include <vector>

#include <cornu/framework/base/export.hpp>

CORNU_EXPORT_BEGIN
namespace cornu {

/// What of a file was not taken as the file has it, or, of Model::save, what Keras will not take so: a line each, with
/// the place in the model. Empty when everything was.
///
///     LoadReport report;
///     const auto model = load_model("model.keras", {.report = &report});
///     for (const std::string& line : report.lines()) fmt::print("{}\n", line);
class LoadReport {
 public:
  const std::vector<std::string>& lines() const { return lines_; }
  bool empty() const { return lines_.empty(); }
  /// Adds "place: what".
  void add(std::string_view place, std::string_view what);
  void clear() { lines_.clear(); }

 private:
  std::vector<std::string> lines_;
};

}  // namespace cornu
CORNU_EXPORT_END

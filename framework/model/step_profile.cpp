#include <cornu/framework/model/step_profile.hpp>

#include <fmt/format.h>

#include <algorithm>
#include <cstddef>

#include <cornu/framework/base/errors.hpp>
#include <cornu/framework/base/utf8.hpp>

namespace cornu {

const StepTime& StepProfile::operator[](std::string_view path) const {
  if (steps == 0)
    throw StateError("StepProfile",
                     fmt::format("nothing was measured: the training had no step besides the first two, which are left "
                                 "out; got '{}'; train for three steps or more",
                                 path));
  std::string paths;
  for (const Layer& layer : layers) {
    if (layer.path == path) return layer.time;
    paths += (paths.empty() ? "" : ", ") + layer.path;
  }
  throw IndexError("StepProfile", fmt::format("no layer has that path; got '{}'; expected one of: {}", path, paths));
}

StepTime StepProfile::step() const {
  StepTime sum;
  const auto add = [&](const StepTime& time) {
    sum.forward += time.forward;
    sum.backward += time.backward;
    sum.update += time.update;
    sum.other += time.other;
  };
  for (const Layer& layer : layers) add(layer.time);
  for (const StepTime& time : {model, loss, rest}) add(time);
  return sum;
}

namespace {

constexpr std::size_t number_columns = 10, share_columns = 8, numbers = 4 * number_columns + share_columns;

// The end of a path tells more than its beginning.
std::string shortened(const std::string& path, std::size_t columns) {
  const std::vector<std::string> characters = utf8_characters(path);
  if (characters.size() <= columns) return path;
  return fmt::format("…{}",
                     fmt::join(characters.end() - static_cast<std::ptrdiff_t>(columns) + 1, characters.end(), ""));
}

// Nothing where nothing was done.
std::string milliseconds(double time) { return time > 0 ? fmt::format("{:.3f}", time) : ""; }

class Table {
 public:
  Table(double whole, std::size_t name_columns) : whole_(whole), name_columns_(name_columns) {}

  void add_header() { add("", "forward", "backward", "update", "total", "share"); }

  void add_rule() {
    for (std::size_t i = 0; i < name_columns_ + numbers; ++i) text += "─";
    text += "\n";
  }

  void add_row(const std::string& name, const StepTime& time) {
    const double share = whole_ > 0 ? time.total() / whole_ : 0;
    add(shortened(name, name_columns_), milliseconds(time.forward), milliseconds(time.backward),
        milliseconds(time.update), milliseconds(time.total()), fmt::format("{:.1f} %", 100 * share));
  }

  std::string text;

 private:
  void add(const std::string& name, const std::string& forward, const std::string& backward, const std::string& update,
           const std::string& total, const std::string& share) {
    text += fmt::format("{:{}}", name, name_columns_);
    for (const std::string& number : {forward, backward, update, total})
      text += fmt::format("{:>{}}", number, number_columns);
    text += fmt::format("{:>{}}\n", share, share_columns);
  }

  double whole_;
  std::size_t name_columns_;
};

// As wide as the longest name, or as the line leaves room for.
std::size_t name_columns(const std::vector<StepProfile::Layer>& layers, int columns) {
  constexpr std::size_t narrowest = 22;  // for "rest (data, callbacks)"
  std::size_t longest = narrowest;
  for (const StepProfile::Layer& layer : layers) longest = std::max(longest, utf8_characters(layer.path).size());
  const auto room = static_cast<std::size_t>(std::max(columns, 0));
  return std::min(longest, std::max(narrowest, room > numbers ? room - numbers : 0));
}

}  // namespace

std::string StepProfile::text(int columns) const {
  if (steps == 0) return "profile: the training had no step besides the first two, which are not measured\n";
  const StepTime whole = step();
  Table table(whole.total(), name_columns(layers, columns));
  table.text = fmt::format("Milliseconds of a training step, means of {} (the first two are left out)\n", steps);
  table.add_header();
  table.add_rule();
  for (const Layer& layer : layers) table.add_row(layer.path, layer.time);
  table.add_row("the model itself", model);
  table.add_row("loss and metrics", loss);
  table.add_row("rest (data, callbacks)", rest);
  table.add_rule();
  table.add_row("step", whole);
  return table.text;
}

}  // namespace cornu

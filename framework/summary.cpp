// The table of a model's layers, laid out as Keras lays it out.
#include <fmt/core.h>

#include <algorithm>
#include <array>
#include <string>
#include <vector>

#include <cornu/framework/compiled.hpp>
#include <cornu/framework/model.hpp>

namespace cornu {

namespace {

using Row = std::array<std::string, 3>;
using Widths = std::array<std::size_t, 3>;

std::string with_commas(std::int64_t number) {
  std::string text = fmt::format("{}", number);
  for (auto i = static_cast<std::ptrdiff_t>(text.size()) - 3; i > 0; i -= 3)
    text.insert(static_cast<std::size_t>(i), 1, ',');
  return text;
}

std::string readable_size(double bytes) {
  constexpr std::array units{"B", "KB", "MB", "GB", "TB"};
  std::size_t unit = 0;
  for (; bytes >= 1024 && unit + 1 < units.size(); ++unit) bytes /= 1024;
  return fmt::format("{:.2f} {}", bytes, units[unit]);
}

struct Count {
  std::int64_t elements = 0;
  double bytes = 0;
  void add(const std::vector<Variable>& variables) {
    for (const Variable& variable : variables) {
      elements += variable.shape().size();
      bytes += static_cast<double>(variable.peek().nbytes());
    }
  }
  std::string text() const { return fmt::format("{} ({})", with_commas(elements), readable_size(bytes)); }
};

std::string rule(const Widths& widths, const char* left, const char* middle, const char* right, const char* line) {
  std::string text = left;
  for (std::size_t column = 0; column < widths.size(); ++column) {
    for (std::size_t i = 0; i < widths[column] + 2; ++i) text += line;
    text += column + 1 < widths.size() ? middle : right;
  }
  return text + "\n";
}

std::string line(const Widths& widths, const Row& row, const char* bar) {
  return fmt::format("{} {:<{}} {} {:<{}} {} {:>{}} {}\n", bar, row[0], widths[0], bar, row[1], widths[1], bar, row[2],
                     widths[2], bar);
}

std::string table(const std::vector<Row>& rows) {
  const Row header{"Layer (type)", "Output Shape", "Param #"};
  Widths widths{31, 22, 13};
  for (const Row& row : rows)
    for (std::size_t i = 0; i < row.size(); ++i) widths[i] = std::max(widths[i], row[i].size());
  std::string text = rule(widths, "┏", "┳", "┓", "━") + line(widths, header, "┃") + rule(widths, "┡", "╇", "┩", "━");
  for (std::size_t i = 0; i < rows.size(); ++i)
    text += line(widths, rows[i], "│") + (i + 1 < rows.size() ? rule(widths, "├", "┼", "┤", "─") : "");
  return text + rule(widths, "└", "┴", "┘", "─");
}

}  // namespace

std::string Model::summary_text() {
  if (name().empty()) set_name(to_snake_case(class_name()));
  build_if_shape_is_known();
  std::vector<Row> rows;
  for (std::size_t i = 0; i < layers().size(); ++i) {
    const LayerBase& layer = *layers()[i];
    rows.push_back({fmt::format("{} ({})", layer.name(), layer.class_name()),
                    built() ? output_shapes_[i].to_string() : "?",
                    layer.built() ? with_commas(layer.count_params()) : "0 (unbuilt)"});
  }
  Count trainable, fixed, optimizer, total;
  trainable.add(trainable_weights());
  fixed.add(non_trainable_weights());
  if (compiled_ && built()) optimizer.add(compiled_->optimizer->variables());
  for (const Count& part : {trainable, fixed, optimizer}) {
    total.elements += part.elements;
    total.bytes += part.bytes;
  }
  std::string text =
      fmt::format("Model: \"{}\"\n{} Total params: {}\n Trainable params: {}\n Non-trainable params: {}\n", name(),
                  table(rows), total.text(), trainable.text(), fixed.text());
  if (optimizer.elements > 0) text += fmt::format(" Optimizer params: {}\n", optimizer.text());
  return text;
}

}  // namespace cornu

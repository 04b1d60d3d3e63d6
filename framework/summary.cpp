// The table of a model's layers, laid out as Keras lays it out.
#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <sstream>
#include <string>
#include <string_view>
#include <vector>

#include <cornu/framework/compiled.hpp>
#include <cornu/framework/graph.hpp>
#include <cornu/framework/model.hpp>
#include <cornu/framework/utf8.hpp>

namespace cornu {

namespace {

using Row = std::array<std::string, 3>;
constexpr std::array<std::size_t, 3> widths{31, 22, 13};  // of the columns, as Keras lays them out in 80

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
      bytes += static_cast<double>(variable.body().value.nbytes());
    }
  }
  std::string text() const { return fmt::format("{} ({})", with_commas(elements), readable_size(bytes)); }
};

std::string repeated(std::string_view text, std::size_t times) {
  std::string result;
  while (times-- > 0) result += text;
  return result;
}

std::string rule(const char* left, const char* middle, const char* right, const char* line) {
  std::string text = left;
  for (std::size_t i = 0; i < widths.size(); ++i)
    text += repeated(line, widths[i] + 2) + (i + 1 < widths.size() ? middle : right);
  return text + "\n";
}

std::size_t columns_of(std::string_view text) { return utf8_characters(text).size(); }

// A word that fits its column, the end replaced by "…" if need be.
std::string shortened(const std::string& word, std::size_t width) {
  const std::vector<std::string> characters = utf8_characters(word);
  if (characters.size() <= width) return word;
  return fmt::format("{}…",
                     fmt::join(characters.begin(), characters.begin() + static_cast<std::ptrdiff_t>(width) - 1, ""));
}

// The lines of a cell, broken between words.
std::vector<std::string> wrapped(const std::string& text, std::size_t width) {
  std::vector<std::string> lines{""};
  std::istringstream words(text);
  for (std::string word; words >> word;) {
    word = shortened(word, width);
    std::string& last = lines.back();
    if (last.empty())
      last = word;
    else if (columns_of(last) + 1 + columns_of(word) <= width)
      last += " " + word;
    else
      lines.push_back(word);
  }
  return lines;
}

std::string line(const std::array<std::vector<std::string>, 3>& cells, std::size_t number, const char* bar) {
  std::string text;
  for (std::size_t i = 0; i < cells.size(); ++i) {
    const std::string cell = number < cells[i].size() ? cells[i][number] : "";
    const std::string space = repeated(" ", widths[i] - columns_of(cell));
    text += fmt::format("{} {}{} ", bar, i == 2 ? space : cell, i == 2 ? cell : space);
  }
  return text + bar + "\n";
}

std::string lines(const Row& row, const char* bar) {
  const std::array cells{wrapped(row[0], widths[0]), wrapped(row[1], widths[1]), wrapped(row[2], widths[2])};
  std::string text;
  for (std::size_t i = 0; i < std::max({cells[0].size(), cells[1].size(), cells[2].size()}); ++i)
    text += line(cells, i, bar);
  return text;
}

std::string table(const std::vector<Row>& rows) {
  std::string text =
      rule("┏", "┳", "┓", "━") + lines({"Layer (type)", "Output Shape", "Param #"}, "┃") + rule("┡", "╇", "┩", "━");
  for (std::size_t i = 0; i < rows.size(); ++i)
    text += lines(rows[i], "│") + (i + 1 < rows.size() ? rule("├", "┼", "┤", "─") : "");
  return text + rule("└", "┴", "┘", "─");
}

// How the optimizer treats the rows of each embedding's table that a batch does not touch; Keras has no such line.
std::string row_updates_text(const std::vector<Variable>& weights, const optim::Optimizer& optimizer) {
  std::string text;
  for (const Variable& weight : weights) {
    if (!weight.body().read_by_rows) continue;
    const optim::RowPathReport report = optimizer.row_updates(weight);
    text += fmt::format(" Rows of {}: {} ({})\n", weight.path(), name_of(report.path), report.why);
  }
  return text;
}

}  // namespace

std::string Model::shape_of(std::size_t i) const {
  if (!graph_) return output_shapes_[i].to_string();
  for (const auto& node : graph_->nodes())
    if (node->layer == layers()[i]) return node->outputs[0].shape.to_string();
  return "?";
}

std::string Model::summary_text() {
  build_if_shape_is_known();
  std::vector<Row> rows;
  for (std::size_t i = 0; i < layers().size(); ++i) {
    const LayerBase& layer = *layers()[i];
    rows.push_back({fmt::format("{} ({})", layer.name(), layer.class_name()), built() ? shape_of(i) : "?",
                    layer.built() ? with_commas(layer.count_params()) : "0 (unbuilt)"});
  }
  Count trainable, fixed, optimizer, total;
  trainable.add(trainable_weights());
  fixed.add(non_trainable_weights());
  if (compiled_ && compiled_->optimizer->built()) optimizer.add(compiled_->optimizer->variables());
  for (const Count& part : {trainable, fixed, optimizer}) {
    total.elements += part.elements;
    total.bytes += part.bytes;
  }
  std::string text = fmt::format(
      "Model: \"{}\"\n{} Total params: {}\n Trainable params: {}\n Non-trainable params: {}\n",
      name().empty() ? to_snake_case(class_name()) : name(), table(rows), total.text(), trainable.text(), fixed.text());
  if (optimizer.elements > 0) text += fmt::format(" Optimizer params: {}\n", optimizer.text());
  if (compiled_) text += row_updates_text(trainable_weights(), *compiled_->optimizer);
  return text;
}

}  // namespace cornu

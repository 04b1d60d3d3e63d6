// The table of a model's layers, laid out as Keras lays it out.
#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <sstream>
#include <string>
#include <string_view>
#include <vector>

#include <cornu/framework/base/utf8.hpp>
#include <cornu/framework/model/compiled.hpp>
#include <cornu/framework/model/graph.hpp>
#include <cornu/framework/model/model.hpp>

namespace cornu {

using detail::Graph;
using detail::LayerCall;

namespace {

using Row = std::vector<std::string>;
using Widths = std::vector<std::size_t>;
constexpr std::size_t params_column = 2;  // set to the right

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

std::string rule(const Widths& widths, const char* left, const char* middle, const char* right, const char* line) {
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

std::string line(const Widths& widths, const std::vector<std::vector<std::string>>& cells, std::size_t number,
                 const char* bar) {
  std::string text;
  for (std::size_t i = 0; i < cells.size(); ++i) {
    const std::string cell = number < cells[i].size() ? cells[i][number] : "";
    const std::string space = repeated(" ", widths[i] - columns_of(cell));
    text += fmt::format("{} {}{} ", bar, i == params_column ? space : cell, i == params_column ? cell : space);
  }
  return text + bar + "\n";
}

std::string lines(const Widths& widths, const Row& row, const char* bar) {
  std::vector<std::vector<std::string>> cells;
  std::size_t height = 0;
  for (std::size_t i = 0; i < row.size(); ++i) {
    cells.push_back(wrapped(row[i], widths[i]));
    height = std::max(height, cells.back().size());
  }
  std::string text;
  for (std::size_t i = 0; i < height; ++i) text += line(widths, cells, i, bar);
  return text;
}

// As wide as Keras makes them in lines of 80 columns; in narrower ones only that of the numbers stays so.
Widths widths_for(bool with_connections, int line_length) {
  constexpr std::size_t narrowest = 6;
  Widths widths = with_connections ? Widths{19, 17, 10, 17} : Widths{31, 22, 13};
  if (line_length >= 80) return widths;
  std::size_t text_columns = 0;
  for (std::size_t i = 0; i < widths.size(); ++i) text_columns += i == params_column ? 0 : widths[i];
  const std::size_t lost = static_cast<std::size_t>(80 - std::max(line_length, 0));
  for (std::size_t i = 0; i < widths.size(); ++i)
    if (i != params_column)
      widths[i] = std::max(narrowest, lost < text_columns ? widths[i] * (text_columns - lost) / text_columns : 0);
  return widths;
}

std::string table(const std::vector<Row>& rows, bool with_connections, int line_length) {
  const Widths widths = widths_for(with_connections, line_length);
  Row header{"Layer (type)", "Output Shape", "Param #"};
  if (with_connections) header.push_back("Connected to");
  std::string text = rule(widths, "┏", "┳", "┓", "━") + lines(widths, header, "┃") + rule(widths, "┡", "╇", "┩", "━");
  for (std::size_t i = 0; i < rows.size(); ++i)
    text += lines(widths, rows[i], "│") + (i + 1 < rows.size() ? rule(widths, "├", "┼", "┤", "─") : "");
  return text + rule(widths, "└", "┴", "┘", "─");
}

// How the optimizer treats the rows of each embedding's table that a batch does not touch, a line for the tables that
// it treats alike; Keras has no such line.
std::string row_updates_text(const std::vector<Variable>& weights, const optim::Optimizer& optimizer) {
  std::vector<std::pair<std::string, std::string>> tables_by_treatment;
  for (const Variable& weight : weights) {
    if (!weight.body().weight.read_by_rows) continue;
    const optim::RowPathReport report = optimizer.row_updates(weight);
    const std::string treatment = fmt::format("{} ({})", name_of(report.path), report.why);
    const auto known = std::find_if(tables_by_treatment.begin(), tables_by_treatment.end(),
                                    [&](const auto& line) { return line.first == treatment; });
    if (known == tables_by_treatment.end())
      tables_by_treatment.emplace_back(treatment, weight.path());
    else
      known->second += ", " + weight.path();
  }
  std::string text;
  for (const auto& [treatment, tables] : tables_by_treatment)
    text += fmt::format(" Rows of {}: {}\n", tables, treatment);
  return text;
}

// "embedding[1][0]": the first output of the embedding's second call.
std::string connection(const Graph& graph, const SymbolicTensor& tensor) {
  const detail::SymbolicBody& body = graph.resolved(tensor).body();
  return fmt::format("{}[{}][{}]", body.call->layer->name(), graph.call_of(tensor), body.index);
}

std::string connections(const Graph& graph, const LayerBase& layer) {
  std::vector<std::string> all;
  for (const LayerCall* call : graph.calls_of(layer))
    for (const SymbolicTensor& input : call->inputs) all.push_back(connection(graph, input));
  return all.empty() ? "-" : fmt::format("{}", fmt::join(all, ", "));
}

// Of the last call, as Keras shows it.
std::string output_shapes(const Graph& graph, const LayerBase& layer) {
  std::vector<Shape> shapes;
  for (const detail::SymbolicBody& output : graph.calls_of(layer).back()->outputs) shapes.push_back(output.shape);
  return shapes.size() == 1 ? shapes[0].to_string() : fmt::format("[{}]", fmt::join(shapes, ", "));
}

}  // namespace

std::string Model::summary_text(int line_length) {
  build_if_shape_is_known();
  const bool with_connections = graph_ && !graph_->is_chain();
  std::vector<Row> rows;
  for (std::size_t i = 0; i < layers().size(); ++i) {
    const LayerBase& layer = *layers()[i];
    const std::string shape = graph_ ? output_shapes(*graph_, layer) : (built() ? output_shapes_[i].to_string() : "?");
    rows.push_back({fmt::format("{} ({})", layer.name(), layer.class_name()), shape,
                    layer.built() ? with_commas(layer.count_params()) : "0 (unbuilt)"});
    if (with_connections) rows.back().push_back(connections(*graph_, layer));
  }
  Count trainable, fixed, optimizer, total;
  trainable.add(trainable_weights());
  fixed.add(non_trainable_weights());
  if (compiled_ && compiled_->optimizer->built()) optimizer.add(compiled_->optimizer->variables());
  for (const Count& part : {trainable, fixed, optimizer}) {
    total.elements += part.elements;
    total.bytes += part.bytes;
  }
  std::string text =
      fmt::format("Model: \"{}\"\n{} Total params: {}\n Trainable params: {}\n Non-trainable params: {}\n",
                  name().empty() ? to_snake_case(class_name()) : name(), table(rows, with_connections, line_length),
                  total.text(), trainable.text(), fixed.text());
  if (optimizer.elements > 0) text += fmt::format(" Optimizer params: {}\n", optimizer.text());
  if (compiled_) text += row_updates_text(trainable_weights(), *compiled_->optimizer);
  return text;
}

}  // namespace cornu

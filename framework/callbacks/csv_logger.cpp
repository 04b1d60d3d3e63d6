#include <cornu/framework/callbacks/csv_logger.hpp>

#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include <cornu/framework/base/append_file.hpp>
#include <cornu/framework/base/errors.hpp>
#include <cornu/framework/base/files.hpp>
#include <cornu/framework/base/log.hpp>
#include <cornu/framework/callbacks/csv_line.hpp>
#include <cornu/framework/callbacks/python_text.hpp>
#include <cornu/framework/callbacks/saved_state.hpp>

namespace cornu::callbacks {

namespace {

constexpr const char* name = "CSVLogger";

// Errors of files name the callback.
const std::string& place() {
  static const std::string text = name;
  return text;
}

// The figures in alphabetical order, and once more with "val_" unless there are some.
std::vector<std::string> columns_for(const Logs& logs) {
  std::vector<std::string> columns;
  for (const auto& [figure, value] : logs) columns.push_back(figure);
  std::sort(columns.begin(), columns.end());
  const auto is_of_validation = [](const std::string& column) { return column.starts_with("val_"); };
  if (std::any_of(columns.begin(), columns.end(), is_of_validation)) return columns;
  const std::size_t count = columns.size();
  for (std::size_t i = 0; i < count; ++i) columns.push_back("val_" + columns[i]);
  return columns;
}

}  // namespace

CSVLogger::CSVLogger(cornu::detail::FileName filename, CSVLoggerOptions options)
    : filename_(std::move(filename.text)), options_(std::move(options)) {
  const std::string& separator = options_.separator;
  if (separator.size() != 1 || std::string_view("\"\r\n").find(separator) != std::string_view::npos ||
      static_cast<unsigned char>(separator[0]) >= 0x80)
    throw ValueError(name, fmt::format("separator cannot be used; got '{}'; expected one ASCII character that is no "
                                       "quote and no line end",
                                       separator));
}

void CSVLogger::on_train_begin(const Logs&) {
  const ErrorScope scope(place());
  columns_.clear();
  has_header_ = lacks_line_end_ = is_left_out_said_ = false;
  size_ = append_to_file(filename_, "");  // shows that it can be written
  if (options_.append && size_ > 0) take_columns(read_text_file(filename_));
}

// The file goes on behind that text.
void CSVLogger::take_columns(const std::string& text) {
  std::vector<std::string> fields =
      detail::csv_fields(std::string_view(text).substr(0, text.find('\n')), options_.separator[0]);
  if (fields.front() != "epoch")
    throw FileError(name, fmt::format("'{}' is no file of a CSVLogger with the separator '{}'; got '{}' as its first "
                                      "column; expected 'epoch'; take another file, or append = false",
                                      filename_, options_.separator, fields.front()));
  fields.erase(fields.begin());
  columns_ = std::move(fields);
  has_header_ = true;
  lacks_line_end_ = !text.ends_with('\n');
}

std::string CSVLogger::line(std::int64_t epoch, const Logs& logs) const {
  std::vector<std::string> fields{fmt::format("{}", epoch)};
  for (const std::string& column : columns_)
    fields.push_back(logs.contains(column) ? detail::python_text(logs[column]) : "NA");
  return detail::csv_line(fields, options_.separator[0]);
}

std::string CSVLogger::header() const {
  std::vector<std::string> fields{"epoch"};
  fields.insert(fields.end(), columns_.begin(), columns_.end());
  return detail::csv_line(fields, options_.separator[0]);
}

void CSVLogger::note_what_is_left_out(const Logs& logs) {
  for (const auto& [figure, value] : logs) {
    if (is_left_out_said_ || std::find(columns_.begin(), columns_.end(), figure) != columns_.end()) continue;
    log(fmt::format("CSVLogger: '{}' has no column for '{}', which is left out\n", filename_, figure));
    is_left_out_said_ = true;
  }
}

void CSVLogger::on_epoch_end(std::int64_t epoch, const Logs& logs) {
  const ErrorScope scope(place());
  if (has_header_) {
    note_what_is_left_out(logs);
    size_ = append_to_file(filename_, (lacks_line_end_ ? "\r\n" : "") + line(epoch, logs));
    lacks_line_end_ = false;
    return;
  }
  columns_ = columns_for(logs);
  const std::string text = header() + line(epoch, logs);
  write_whole_file(filename_, text);
  has_header_ = true;
  size_ = text.size();
}

std::vector<Tensor> CSVLogger::state() const { return {detail::counters({static_cast<std::int64_t>(size_)})}; }

void CSVLogger::set_state(const std::vector<Tensor>& state) {
  const ErrorScope scope(place());
  detail::require_parts(name, state, 1);
  const auto size = static_cast<std::uint64_t>(detail::read_counters(name, state[0], 1)[0]);
  std::string text = read_text_file(filename_);
  if (size == 0 || text.size() < size) {
    log(fmt::format("CSVLogger: '{}' lacks lines that the backup knows of, so it is begun as in a new training\n",
                    filename_));
    return;
  }
  text.resize(size);
  take_columns(text);
  cut_file(filename_, size);
}

}  // namespace cornu::callbacks

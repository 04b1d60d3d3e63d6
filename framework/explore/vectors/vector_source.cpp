#include <cornu/framework/explore/vectors/vector_source.hpp>

#include <fmt/format.h>

#include <algorithm>

#include <cornu/framework/base/errors.hpp>
#include <cornu/framework/base/shown.hpp>

namespace cornu::explore {

namespace {

constexpr std::size_t megabyte = 1'000'000, between_looks = std::size_t{256} << 10;

std::int64_t megabytes(std::size_t bytes) {
  return static_cast<std::int64_t>(std::max<std::size_t>(1, (bytes + megabyte / 2) / megabyte));
}

}  // namespace

VectorSource::VectorSource(const std::string& path, const VectorOptions& options)
    : input_(path), options_(options), progress_(megabytes(input_.size()), options.verbose, "MB") {}

void VectorSource::begin(std::int64_t width, std::int64_t rows) {
  rows_.emplace(width, options_.words ? &*options_.words : nullptr);
  rows_->reserve(std::min(rows, limit()));
}

float* VectorSource::add(std::string_view word) {
  if (input_.offset() - shown_ >= between_looks) show_progress();
  std::optional<std::string> text = decoded(word, options_.on_bad_utf8);
  if (!text)
    refuse(fmt::format("the word is not UTF-8; got \"{}\"; convert the file to UTF-8, or set on_bad_utf8",
                       shown(word, 40)));
  return rows_->add(std::move(*text));
}

EmbeddingTable VectorSource::finish() {
  show_progress();
  EmbeddingTable table = rows_->finish();
  progress_.finish(fmt::format(" - {} words", table.words().size()));
  return table;
}

void VectorSource::set_place(std::string_view kind, std::int64_t number) {
  kind_ = kind;
  number_ = number;
}

void VectorSource::refuse(std::string_view message) const {
  const std::string place = number_ > 0 ? fmt::format(", {} {}", kind_, number_) : "";
  throw FileError("read_vectors", fmt::format("'{}'{}: {}", input_.path(), place, message));
}

void VectorSource::show_progress() {
  shown_ = input_.offset();
  const std::int64_t step = megabytes(shown_);
  if (progress_.wants_update(step)) progress_.update(step, fmt::format(" - {} words", rows_->size()));
}

}  // namespace cornu::explore

#include <cornu/framework/explore/evaluate_analogies.hpp>

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <limits>
#include <span>
#include <string_view>

#include <cornu/framework/base/errors.hpp>
#include <cornu/framework/explore/known_words.hpp>
#include <cornu/framework/ops/ops.hpp>
#include <cornu/framework/tensor/for_type.hpp>
#include <cornu/framework/text/lines.hpp>

namespace cornu::explore {

namespace {

constexpr std::int64_t questions_at_once = 256, rows_at_once = 8192;

/// A question whose words are known: their rows, and where it came from.
struct Asked {
  std::array<std::int64_t, 4> rows;
  std::size_t section;
  AnalogyQuestion words;
};

struct Questions {
  std::vector<Asked> known;
  AnalogyScore score;
};

// v / |v|, or zeros. Scaled first, so that squares neither overflow nor vanish.
template <class T>
void write_unit(std::span<const T> v, float* to) {
  double largest = 0, square = 0;
  for (const T x : v) largest = std::max(largest, std::abs(static_cast<double>(x)));
  const double scale = largest > 0 ? largest : 1;
  for (const T x : v) square += static_cast<double>(x) / scale * (static_cast<double>(x) / scale);
  const double length = square > 0 ? std::sqrt(square) : 1;
  for (const T x : v) *to++ = static_cast<float>(static_cast<double>(x) / scale / length);
}

// The first rows of a table, each of length 1.
Tensor unit_rows(const Tensor& vectors, std::int64_t rows) {
  const auto width = static_cast<std::size_t>(vectors.dim(1));
  Tensor units = Tensor::uninitialized({rows, vectors.dim(1)}, float32);
  float* to = units.mutable_data<float>();
  detail::for_floating_type(vectors.dtype(), [&]<class T>(T) {
    for (std::int64_t row = 0; row < rows; ++row, to += width)
      write_unit(std::span<const T>(vectors.data<T>() + row * vectors.dim(1), width), to);
  });
  return units;
}

/// The answers to some questions, the best row so far for each.
class Answers {
 public:
  Answers(const Tensor& units, const std::vector<std::int64_t>& first_rows, std::span<const Asked> asked)
      : units_(units),
        first_rows_(first_rows),
        asked_(asked),
        best_(asked.size(), -1),
        scores_(asked.size(), -std::numeric_limits<float>::infinity()) {}

  std::vector<std::int64_t> find() {
    const Tensor queries = make_queries();
    for (std::int64_t begin = 0; begin < units_.dim(0); begin += rows_at_once) {
      const std::int64_t end = std::min(begin + rows_at_once, units_.dim(0));
      look_at(ops::matmul(queries, ops::slice(units_, 0, {.start = begin, .stop = end}), false, true), begin);
    }
    return best_;
  }

 private:
  // b/|b| − a/|a| + c/|c|
  Tensor make_queries() const {
    const std::int64_t width = units_.dim(1);
    Tensor queries = Tensor::uninitialized({std::ssize(asked_), width}, float32);
    float* to = queries.mutable_data<float>();
    for (const Asked& question : asked_) {
      const float* const a = units_.data<float>() + question.rows[0] * width;
      const float* const b = units_.data<float>() + question.rows[1] * width;
      const float* const c = units_.data<float>() + question.rows[2] * width;
      for (std::int64_t i = 0; i < width; ++i) *to++ = b[i] - a[i] + c[i];
    }
    return queries;
  }

  void look_at(const Tensor& products, std::int64_t first_row) {
    const float* product = products.data<float>();
    for (std::size_t i = 0; i < asked_.size(); ++i)
      for (std::int64_t k = 0; k < products.dim(1); ++k, ++product)
        if (*product > scores_[i] && !is_asked_about(asked_[i], first_row + k)) {
          scores_[i] = *product;
          best_[i] = first_row + k;
        }
  }

  bool is_asked_about(const Asked& question, std::int64_t row) const {
    const std::int64_t first = first_rows_[static_cast<std::size_t>(row)];
    return first == question.rows[0] || first == question.rows[1] || first == question.rows[2];
  }

  const Tensor& units_;
  const std::vector<std::int64_t>& first_rows_;
  std::span<const Asked> asked_;
  std::vector<std::int64_t> best_;
  std::vector<float> scores_;
};

/// Reads a file of questions.
class Reader {
 public:
  Reader(const KnownWords& known, const AnalogyOptions& options, const std::string& path)
      : known_(known), options_(options), path_(path) {}

  void read(std::string_view line, std::size_t number) {
    if (line.starts_with(": ")) return begin_section(line);
    if (result_.score.sections.empty())
      throw FileError(
          "evaluate_analogies",
          fmt::format("'{}', line {}: a question before the first section; expected \": name\"", path_, number));
    const auto fields = fields_of(line, " \t\v\f");
    if (fields.size() == 4)
      add({std::string(fields[0]), std::string(fields[1]), std::string(fields[2]), std::string(fields[3])});
    else if (!fields.empty())
      ++result_.score.invalid_lines;
  }

  Questions finish() {
    const auto all = static_cast<double>(result_.known.size()) + static_cast<double>(result_.score.unknown);
    result_.score.oov_ratio = all > 0 ? static_cast<double>(result_.score.unknown) / all : 0;
    return std::move(result_);
  }

 private:
  void begin_section(std::string_view line) {
    const std::size_t begin = std::min(line.find_first_not_of(": "), line.size());
    const std::string_view name = line.substr(begin);
    result_.score.sections.push_back({std::string(name.substr(0, name.find_last_not_of(" \t") + 1)), {}, {}});
  }

  void add(AnalogyQuestion words) {
    Asked question{{}, result_.score.sections.size() - 1, std::move(words)};
    for (std::size_t i = 0; i < 4; ++i) {
      const auto row = known_.row_of(known_.form_of(question.words[i]));
      if (!row) return add_unknown(std::move(question));
      question.rows[i] = *row;
    }
    result_.known.push_back(std::move(question));
  }

  void add_unknown(Asked question) {
    ++result_.score.unknown;
    if (options_.dummy4unknown) result_.score.sections[question.section].incorrect.push_back(std::move(question.words));
  }

  const KnownWords& known_;
  const AnalogyOptions& options_;
  const std::string& path_;
  Questions result_;
};

void answer(const EmbeddingTable& table, const KnownWords& known, Questions& questions) {
  if (questions.known.empty()) return;
  const Tensor units = unit_rows(table.vectors(), std::ssize(known.first_rows()));
  for (std::size_t begin = 0; begin < questions.known.size(); begin += questions_at_once) {
    const std::size_t count = std::min<std::size_t>(questions_at_once, questions.known.size() - begin);
    const std::span<Asked> asked = std::span(questions.known).subspan(begin, count);
    const std::vector<std::int64_t> answers = Answers(units, known.first_rows(), asked).find();
    for (std::size_t i = 0; i < count; ++i) {
      const bool is_right =
          answers[i] >= 0 && known.first_rows()[static_cast<std::size_t>(answers[i])] == asked[i].rows[3];
      AnalogySection& section = questions.score.sections[asked[i].section];
      (is_right ? section.correct : section.incorrect).push_back(std::move(asked[i].words));
    }
  }
}

}  // namespace

double AnalogySection::accuracy() const {
  const std::size_t all = correct.size() + incorrect.size();
  return all == 0 ? 0 : static_cast<double>(correct.size()) / static_cast<double>(all);
}

AnalogyScore evaluate_analogies(const EmbeddingTable& table, const std::string& path, const AnalogyOptions& options) {
  static const std::string name = "evaluate_analogies";
  const ErrorScope scope(name);
  const KnownWords known(table, options.restrict_vocab, options.case_insensitive);
  Reader reader(known, options, path);
  text::for_each_line(read_questions(name, path),
                      [&](std::string_view line, std::size_t number) { reader.read(line, number); });
  Questions questions = reader.finish();
  answer(table, known, questions);
  AnalogyScore& score = questions.score;
  for (const AnalogySection& section : score.sections) {
    score.correct += std::ssize(section.correct);
    score.questions += std::ssize(section.correct) + std::ssize(section.incorrect);
  }
  score.accuracy = score.questions > 0 ? static_cast<double>(score.correct) / static_cast<double>(score.questions) : 0;
  return score;
}

}  // namespace cornu::explore

#include <cornu/framework/explore/evaluate_similarity.hpp>

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <numeric>
#include <string_view>
#include <vector>

#include <cornu/framework/base/errors.hpp>
#include <cornu/framework/base/read_number.hpp>
#include <cornu/framework/explore/known_words.hpp>
#include <cornu/framework/text/lines.hpp>

namespace cornu::explore {

namespace {

using Numbers = std::vector<double>;

// r = Σ (x − x̄)(y − ȳ) / √(Σ (x − x̄)² Σ (y − ȳ)²)
double pearson(const Numbers& x, const Numbers& y) {
  const auto count = static_cast<double>(x.size());
  const double mean_x = std::accumulate(x.begin(), x.end(), 0.0) / count;
  const double mean_y = std::accumulate(y.begin(), y.end(), 0.0) / count;
  double product = 0, square_x = 0, square_y = 0;
  for (std::size_t i = 0; i < x.size(); ++i) {
    product += (x[i] - mean_x) * (y[i] - mean_y);
    square_x += (x[i] - mean_x) * (x[i] - mean_x);
    square_y += (y[i] - mean_y) * (y[i] - mean_y);
  }
  const auto is_constant = [](const Numbers& z) {
    return std::all_of(z.begin(), z.end(), [&](double number) { return number == z.front(); });
  };
  if (is_constant(x) || is_constant(y)) return NAN;
  return std::clamp(product / std::sqrt(square_x * square_y), -1.0, 1.0);
}

// The rank of each number, from 1; equal ones share the mean of theirs.
Numbers ranks(const Numbers& numbers) {
  std::vector<std::size_t> order(numbers.size());
  std::iota(order.begin(), order.end(), std::size_t{0});
  std::sort(order.begin(), order.end(), [&](std::size_t a, std::size_t b) { return numbers[a] < numbers[b]; });
  Numbers result(numbers.size());
  for (std::size_t begin = 0, end = 0; begin < order.size(); begin = end) {
    while (end < order.size() && numbers[order[end]] == numbers[order[begin]]) ++end;
    for (std::size_t i = begin; i < end; ++i) result[order[i]] = static_cast<double>(begin + end + 1) / 2;
  }
  return result;
}

std::string_view without_blanks(std::string_view field) {
  const std::size_t begin = std::min(field.find_first_not_of(' '), field.size());
  return field.substr(begin, field.find_last_not_of(' ') + 1 - begin);
}

/// Goes through the pairs of a file.
class Comparison {
 public:
  Comparison(const EmbeddingTable& table, const SimilarityOptions& options)
      : table_(table), options_(options), known_(table, options.restrict_vocab, options.case_insensitive) {}

  void read(std::string_view line) {
    if (line.empty() || line.starts_with('#')) return;
    const auto fields = fields_of(line, {&options_.delimiter, 1});
    const auto judgement = fields.size() == 3 ? read_number<double>(without_blanks(fields[2])) : std::nullopt;
    if (!judgement)
      ++score_.invalid_lines;
    else
      compare(fields[0], fields[1], *judgement);
  }

  SimilarityScore finish(const std::string& path) {
    if (judged_.size() < 2)
      throw FileError("evaluate_similarity",
                      fmt::format("'{}' has less than two pairs of known words; got {}, {} with an unknown word and {} "
                                  "lines that are not two words and a number",
                                  path, judged_.size(), score_.unknown, score_.invalid_lines));
    score_.pairs = std::ssize(judged_);
    const std::int64_t all = score_.pairs + (options_.dummy4unknown ? 0 : score_.unknown);
    score_.oov_ratio = static_cast<double>(score_.unknown) / static_cast<double>(all);
    score_.pearson = pearson(judged_, computed_);
    score_.spearman = pearson(ranks(judged_), ranks(computed_));
    return score_;
  }

 private:
  void compare(std::string_view a, std::string_view b, double judgement) {
    const auto row_a = known_.row_of(known_.form_of(a)), row_b = known_.row_of(known_.form_of(b));
    const bool is_known = row_a && row_b;
    if (!is_known) ++score_.unknown;
    if (!is_known && !options_.dummy4unknown) return;
    judged_.push_back(judgement);
    computed_.push_back(is_known ? table_.similarity(word(*row_a), word(*row_b)) : 0);
  }
  const std::string& word(std::int64_t row) const { return table_.words()[static_cast<std::size_t>(row)]; }

  const EmbeddingTable& table_;
  const SimilarityOptions& options_;
  KnownWords known_;
  SimilarityScore score_;
  Numbers judged_, computed_;
};

}  // namespace

SimilarityScore evaluate_similarity(const EmbeddingTable& table, const std::string& path,
                                    const SimilarityOptions& options) {
  static const std::string name = "evaluate_similarity";
  const ErrorScope scope(name);
  Comparison comparison(table, options);
  text::for_each_line(read_questions(name, path), [&](std::string_view line, std::size_t) { comparison.read(line); });
  return comparison.finish(path);
}

}  // namespace cornu::explore

#pragma once
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <cornu/framework/base/export.hpp>
#include <cornu/framework/base/shared.hpp>
#include <cornu/framework/tensor/tensor.hpp>

CORNU_EXPORT_BEGIN
namespace cornu::explore {

class VectorRows;
class WordIndex;

struct TopOptions {
  std::int64_t top = 10;  ///< how many words, 1 or more
};

/// Words and their cosine similarity, -1 to 1, the most similar first.
using Neighbours = std::vector<std::pair<std::string, double>>;

/// Words with a vector each, to look at what an embedding has learnt.
///
///     const explore::EmbeddingTable table(encoder.tokens(), model.layers()[0]->get_weights()[0]);
///     for (const auto& [word, similarity] : table.most_similar("good", {.top = 5})) …
///
/// similarity(u, v) = u·v / (|u| |v|), 0 when one of them is all zeros, whatever the lengths of the others. Where a
/// word comes twice, its first row counts.
class EmbeddingTable {
 public:
  /// vectors: (words.size(), d) float32 or float64. Throws ShapeError for other shapes, ValueError for other dtypes and
  /// for a number that is not finite.
  EmbeddingTable(std::vector<std::string> words, Tensor vectors);

  const std::vector<std::string>& words() const;
  const Tensor& vectors() const { return vectors_; }
  bool contains(std::string_view word) const { return find(word).has_value(); }
  /// The row of a word, if the table has it.
  std::optional<std::int64_t> find(std::string_view word) const;

  /// The row of a word, (d,) float64. Throws ValueError for a word that is not in the table, as all below do.
  Tensor vector(std::string_view word) const;
  double similarity(std::string_view a, std::string_view b) const;

  /// The words closest to one, itself left out. Throws ValueError for a top below 1, as all below do.
  Neighbours most_similar(std::string_view word, TopOptions options = {}) const;
  /// The words closest to a vector (d,). Throws ShapeError for another shape, ValueError for one that is not finite.
  Neighbours nearest(const Tensor& vector, TopOptions options = {}) const;
  /// a : b = c : ?, the words closest to b/|b| - a/|a| + c/|c|, those three left out (Mikolov, Yih, Zweig, "Linguistic
  /// regularities in continuous space word representations", NAACL 2013).
  Neighbours analogy(std::string_view a, std::string_view b, std::string_view c, TopOptions options = {}) const;

 private:
  friend class VectorRows;  // whose numbers are known to be finite
  EmbeddingTable(Tensor vectors, detail::Shared<const WordIndex> index);

  std::int64_t row_of(std::string_view word) const;
  std::vector<double> unit_row(std::int64_t row) const;
  Neighbours ranked(const std::vector<double>& query, TopOptions options,
                    const std::vector<std::int64_t>& left_out) const;

  Tensor vectors_;
  detail::Shared<const WordIndex> index_;  // never changed
};

}  // namespace cornu::explore
CORNU_EXPORT_END

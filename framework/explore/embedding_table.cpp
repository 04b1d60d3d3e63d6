#include <cornu/framework/explore/embedding_table.hpp>

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <numeric>
#include <utility>

#include <cornu/framework/base/errors.hpp>
#include <cornu/framework/explore/check_table.hpp>
#include <cornu/framework/explore/word_index.hpp>
#include <cornu/framework/tensor/for_type.hpp>
#include <cornu/framework/text/standardize.hpp>

namespace cornu::explore {

namespace {

using Vector = std::vector<double>;

Vector row_as_double(const Tensor& vectors, std::int64_t row) {
  const std::int64_t width = vectors.dim(1);
  Vector values;
  detail::for_floating_type(vectors.dtype(), [&]<class T>(T) {
    const T* first = vectors.data<T>() + row * width;
    values.assign(first, first + width);
  });
  return values;
}

double dot(const Vector& a, const Vector& b) { return std::inner_product(a.begin(), a.end(), b.begin(), 0.0); }

// v with its largest number scaled to 0.5 … 1, so that squares neither overflow nor vanish; zeros stay.
Vector scaled(Vector v) {
  double largest = 0;
  for (const double x : v) largest = std::max(largest, std::abs(x));
  int exponent = 0;
  std::frexp(largest, &exponent);
  for (double& x : v) x = std::ldexp(x, -exponent);
  return v;
}

// v / |v|, or zeros.
Vector unit(Vector v) {
  v = scaled(std::move(v));
  const double length = std::sqrt(dot(v, v));
  for (double& x : v) x = length > 0 ? x / length : 0;
  return v;
}

// A cosine is rounded to a little beyond 1 at times.
double in_range(double cosine) { return std::clamp(cosine, -1.0, 1.0); }

// u·v / |v| for a u of length 1, 0 when v is all zeros.
template <class T>
double cosine(const Vector& u, const T* v) {
  double product = 0, square = 0;
  for (std::size_t i = 0; i < u.size(); ++i) {
    product += u[i] * static_cast<double>(v[i]);
    square += static_cast<double>(v[i]) * static_cast<double>(v[i]);
  }
  if (square > 1e-200 && square < 1e300) return in_range(product / std::sqrt(square));
  return in_range(dot(u, unit(Vector(v, v + u.size()))));
}

}  // namespace

void check_table(std::string_view where, const std::vector<std::string>& words, const Tensor& vectors) {
  if (vectors.rank() != 2 || vectors.dim(0) != std::ssize(words))
    throw ShapeError(where, fmt::format("vectors and words do not fit together; got vectors of shape {} for {} words; "
                                        "expected shape ({}, d)",
                                        vectors.shape(), words.size(), words.size()));
  const bool is_floating = detail::for_floating_type(vectors.dtype(), [&]<class T>(T) {
    const auto values = vectors.values<T>();
    const auto bad = std::find_if(values.begin(), values.end(), [](T x) { return !std::isfinite(x); });
    if (bad == values.end()) return;
    const std::int64_t row = (bad - values.begin()) / vectors.dim(1);
    throw ValueError(where, fmt::format("a vector is not finite; got {} in row {}, \"{}\"", *bad, row,
                                        words[static_cast<std::size_t>(row)]));
  });
  if (!is_floating)
    throw ValueError(
        where, fmt::format("vectors are not floating; got {}; expected float32 or float64", name_of(vectors.dtype())));
}

EmbeddingTable::EmbeddingTable(std::vector<std::string> words, Tensor vectors) : vectors_(std::move(vectors)) {
  check_table("EmbeddingTable", words, vectors_);
  index_ = detail::Shared<const WordIndex>::make(std::move(words));
}

EmbeddingTable::EmbeddingTable(Tensor vectors, detail::Shared<const WordIndex> index)
    : vectors_(std::move(vectors)), index_(std::move(index)) {}

const std::vector<std::string>& EmbeddingTable::words() const { return index_->words(); }

Tensor EmbeddingTable::vector(std::string_view word) const { return Tensor(row_as_double(vectors_, row_of(word))); }

double EmbeddingTable::similarity(std::string_view a, std::string_view b) const {
  return in_range(dot(unit_row(row_of(a)), unit_row(row_of(b))));
}

Neighbours EmbeddingTable::most_similar(std::string_view word, TopOptions options) const {
  const std::int64_t row = row_of(word);
  return ranked(unit_row(row), options, {row});
}

Neighbours EmbeddingTable::nearest(const Tensor& vector, TopOptions options) const {
  if (vector.shape() != Shape{vectors_.dim(1)})
    throw ShapeError(
        "EmbeddingTable::nearest",
        fmt::format("the vector has another length; got shape {}; expected ({},)", vector.shape(), vectors_.dim(1)));
  const Vector numbers = vector.astype(float64).to_vector<double>();
  if (!std::all_of(numbers.begin(), numbers.end(), [](double x) { return std::isfinite(x); }))
    throw ValueError("EmbeddingTable::nearest",
                     "the vector is not finite; got NaN or infinity in it; expected numbers");
  return ranked(unit(numbers), options, {});
}

Neighbours EmbeddingTable::analogy(std::string_view a, std::string_view b, std::string_view c,
                                   TopOptions options) const {
  const std::vector<std::int64_t> rows{row_of(a), row_of(b), row_of(c)};
  const Vector from = unit_row(rows[0]), to = unit_row(rows[1]);
  Vector query = unit_row(rows[2]);
  for (std::size_t i = 0; i < query.size(); ++i) query[i] += to[i] - from[i];
  return ranked(unit(std::move(query)), options, rows);
}

std::optional<std::int64_t> EmbeddingTable::find(std::string_view word) const { return index_->find(word); }

std::int64_t EmbeddingTable::row_of(std::string_view word) const {
  if (const auto row = find(word)) return *row;
  const std::string lower = text::lower(std::string(word));
  throw ValueError("EmbeddingTable", fmt::format("unknown word; got \"{}\"; expected one of the table's {} words; ask "
                                                 "contains() first{}",
                                                 word, index_->size(),
                                                 contains(lower) ? fmt::format("; did you mean \"{}\"?", lower) : ""));
}

Vector EmbeddingTable::unit_row(std::int64_t row) const { return unit(row_as_double(vectors_, row)); }

Neighbours EmbeddingTable::ranked(const Vector& query, TopOptions options,
                                  const std::vector<std::int64_t>& left_out) const {
  if (options.top < 1) throw ValueError("EmbeddingTable", fmt::format("top must be 1 or more; got {}", options.top));
  std::vector<std::pair<double, std::int64_t>> ranking;  // minus the similarity, so that equal ones stay in row order
  detail::for_floating_type(vectors_.dtype(), [&]<class T>(T) {
    const T* vector = vectors_.data<T>();
    for (std::int64_t row = 0; row < vectors_.dim(0); ++row, vector += query.size()) {
      if (!index_->is_first(row)) continue;
      if (std::find(left_out.begin(), left_out.end(), row) != left_out.end()) continue;
      ranking.emplace_back(-cosine(query, vector), row);
    }
  });
  const auto end = ranking.begin() + std::min<std::ptrdiff_t>(options.top, std::ssize(ranking));
  std::partial_sort(ranking.begin(), end, ranking.end());
  Neighbours neighbours;
  for (auto entry = ranking.begin(); entry != end; ++entry)
    neighbours.emplace_back(words()[static_cast<std::size_t>(entry->second)], -entry->first);
  return neighbours;
}

}  // namespace cornu::explore

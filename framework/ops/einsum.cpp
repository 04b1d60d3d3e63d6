#include <cornu/framework/ops/einsum.hpp>

#include <algorithm>
#include <array>
#include <span>
#include <string>
#include <vector>

#include <cornu/framework/ops/arrange.hpp>

namespace cornu::ops {

namespace {

struct Equation {
  std::string a, b, out;
};

[[noreturn]] void throw_equation(std::string_view equation) {
  throw ValueError("einsum", fmt::format("the equation has another form; got \"{}\"; expected two operands and a "
                                         "result, \"ab,bc->ac\", each letter once in each, and in the result those of "
                                         "the operands",
                                         equation));
}

bool has(const std::string& letters, char letter) { return letters.find(letter) != std::string::npos; }

bool are_axes(const std::string& letters) {
  return std::all_of(letters.begin(), letters.end(), [&](char c) {
    const bool is_name = ('a' <= c && c <= 'z') || ('A' <= c && c <= 'Z') || ('0' <= c && c <= '9');
    return is_name && std::count(letters.begin(), letters.end(), c) == 1;
  });
}

Equation parsed(std::string_view text) {
  const std::size_t comma = text.find(','), arrow = text.find("->");
  if (comma == std::string_view::npos || arrow == std::string_view::npos || arrow < comma) throw_equation(text);
  Equation e{std::string(text.substr(0, comma)), std::string(text.substr(comma + 1, arrow - comma - 1)),
             std::string(text.substr(arrow + 2))};
  const bool is_made = std::all_of(e.out.begin(), e.out.end(), [&](char c) { return has(e.a, c) || has(e.b, c); });
  if (!are_axes(e.a) || !are_axes(e.b) || !are_axes(e.out) || !is_made) throw_equation(text);
  return e;
}

std::int64_t extent(const std::string& letters, const Tensor& x, char letter) {
  return x.shape()[letters.find(letter)];
}

void require_operands(std::string_view equation, const Equation& e, const Tensor& a, const Tensor& b) {
  require_floating("einsum", a);
  require_same_dtype("einsum", a, b);
  bool fits = a.rank() == e.a.size() && b.rank() == e.b.size();
  for (const char letter : e.a)
    fits = fits && (!has(e.b, letter) || Shape(extent(e.a, a, letter)).fits(extent(e.b, b, letter)));
  if (!fits)
    throw ShapeError("einsum", fmt::format("the operands do not fit the equation; got {} and {} for \"{}\"; expected "
                                           "an axis a letter, and one extent for a letter of both",
                                           a.shape(), b.shape(), equation));
}

// The letters of `of` that are in, or not in, two others.
std::string pick(const std::string& of, const std::string& one, bool in_one, const std::string& other, bool in_other) {
  std::string picked;
  for (const char letter : of)
    if (has(one, letter) == in_one && has(other, letter) == in_other) picked += letter;
  return picked;
}

// x with its axes in the order of `wanted`, all of its letters.
Tensor arranged(const Tensor& x, const std::string& letters, const std::string& wanted) {
  if (letters == wanted) return x;
  std::array<std::int64_t, Shape::max_rank> order{};
  for (std::size_t i = 0; i < wanted.size(); ++i) order[i] = static_cast<std::int64_t>(letters.find(wanted[i]));
  return permuted(x, std::span(order).first(wanted.size()));
}

// x without the axes that neither the other operand nor the result has.
Tensor summed(const Tensor& x, std::string& letters, const Equation& e, const std::string& other) {
  const std::string alone = pick(letters, other, false, e.out, false);
  if (alone.empty()) return x;
  std::vector<std::int64_t> axes;
  for (const char letter : alone) axes.push_back(static_cast<std::int64_t>(letters.find(letter)));
  letters.erase(std::remove_if(letters.begin(), letters.end(), [&](char letter) { return has(alone, letter); }),
                letters.end());
  return sum(x, {.axis = Axes(axes)});
}

Shape shape_of(const std::string& wanted, const std::string& letters, const Tensor& x) {
  Shape shape;
  for (const char letter : wanted) shape.push_back(extent(letters, x, letter));
  return shape;
}

Tensor product(Equation e, const Tensor& left, const Tensor& right) {
  const std::string all_b = e.b;
  const Tensor a = summed(left, e.a, e, all_b), b = summed(right, e.b, e, e.a);
  const std::string batch = pick(e.a, e.b, true, e.out, true), inner = pick(e.a, e.b, true, e.out, false),
                    rows = pick(e.a, e.b, false, e.out, true), columns = pick(e.b, e.a, false, e.out, true);
  const Shape batches = shape_of(batch, e.a, a), row_shape = shape_of(rows, e.a, a),
              column_shape = shape_of(columns, e.b, b);
  const std::int64_t count = batches.size(), n = row_shape.size(), k = shape_of(inner, e.a, a).size(),
                     m = column_shape.size();
  const Tensor x = arranged(a, e.a, batch + rows + inner), y = arranged(b, e.b, batch + inner + columns);
  const Tensor z = batch.empty() ? matmul(reshape(x, {n, k}), reshape(y, {k, m}))
                                 : matmul(reshape(x, {count, n, k}), reshape(y, {count, k, m}));
  Shape shape = batches;
  for (const std::int64_t rest : row_shape) shape.push_back(rest);
  for (const std::int64_t rest : column_shape) shape.push_back(rest);
  return arranged(reshape(z, shape), batch + rows + columns, e.out);
}

}  // namespace

Tensor einsum(std::string_view equation, const Tensor& a, const Tensor& b) {
  const Equation e = parsed(equation);
  require_operands(equation, e, a, b);
  if (!a.is_symbolic() && !b.is_symbolic()) return product(e, a, b);
  Shape shape;
  for (const char letter : e.out)
    shape.push_back(has(e.a, letter) && (extent(e.a, a, letter) != None || !has(e.b, letter)) ? extent(e.a, a, letter)
                                                                                              : extent(e.b, b, letter));
  return Tensor::symbolic(shape, a.dtype());
}

}  // namespace cornu::ops

#include <cornu/layers/core/einsum_equation.hpp>

#include <fmt/core.h>

#include <algorithm>
#include <set>
#include <string_view>

#include <cornu/framework/base/errors.hpp>

namespace cornu::layers {

namespace {

constexpr std::string_view dots = "...";

bool is_letter(char c) { return ('a' <= c && c <= 'z') || ('A' <= c && c <= 'Z'); }
bool are_letters(std::string_view text) {
  return !text.empty() && std::all_of(text.begin(), text.end(), is_letter) &&
         std::set<char>(text.begin(), text.end()).size() == text.size();
}

struct Parts {
  std::string_view input, kernel, output;
  bool dots_in_front = false, dots_behind = false;
};

[[noreturn]] void throw_equation(const std::string& equation) {
  throw ValueError("EinsumDense", fmt::format("the equation has another form; got \"{}\"; expected [X],[Y]->[Z], "
                                              "...[X],[Y]->...[Z] or [X]...,[Y]->[Z]..., each letter once in each part",
                                              equation));
}

bool take_front(std::string_view& a, std::string_view& b) {
  if (!a.starts_with(dots) || !b.starts_with(dots)) return false;
  a.remove_prefix(dots.size());
  b.remove_prefix(dots.size());
  return true;
}

bool take_back(std::string_view& a, std::string_view& b) {
  if (!a.ends_with(dots) || !b.ends_with(dots)) return false;
  a.remove_suffix(dots.size());
  b.remove_suffix(dots.size());
  return true;
}

Parts parts_of(const std::string& equation) {
  const std::string_view text = equation;
  const std::size_t comma = text.find(','), arrow = text.find("->");
  if (comma == std::string_view::npos || arrow == std::string_view::npos || arrow < comma) throw_equation(equation);
  Parts parts{text.substr(0, comma), text.substr(comma + 1, arrow - comma - 1), text.substr(arrow + 2)};
  parts.dots_in_front = take_front(parts.input, parts.output);
  if (!parts.dots_in_front) parts.dots_behind = take_back(parts.input, parts.output);
  if (!are_letters(parts.input) || !are_letters(parts.kernel) || !are_letters(parts.output)) throw_equation(equation);
  if (parts.dots_behind && parts.input.size() < 2) throw_equation(equation);
  return parts;
}

}  // namespace

void require_einsum_equation(const std::string& equation) { parts_of(equation); }

EinsumEquation einsum_equation(const std::string& equation, std::size_t input_rank) {
  const Parts parts = parts_of(equation);
  const bool elides = parts.dots_in_front || parts.dots_behind;
  const std::size_t least = parts.input.size() + (parts.dots_in_front ? 1 : 0);  // the batch is one of the dots
  if (input_rank < least || (!elides && input_rank > least))
    throw ShapeError("EinsumDense", fmt::format("the input does not fit the equation; got rank {} for \"{}\"; expected "
                                                "rank {}{}",
                                                input_rank, equation, least, elides ? " or more" : ""));
  std::string digits;
  for (std::size_t i = parts.input.size(); i < input_rank; ++i) digits += static_cast<char>('0' + digits.size());
  EinsumEquation whole{std::string(parts.input), std::string(parts.kernel), std::string(parts.output)};
  whole.input = parts.dots_in_front ? digits + whole.input : whole.input + digits;
  whole.output = parts.dots_in_front ? digits + whole.output : whole.output + digits;
  return whole;
}

namespace {

// The result's shape, one extent a letter. The batch is the input's first axis, the digits' axes are the input's.
Shape whole_output(const EinsumEquation& equation, const Shape& input, const Shape& output_shape) {
  const auto is_digit = [](char c) { return '0' <= c && c <= '9'; };
  Shape whole;
  std::size_t letters = 0;
  for (std::size_t axis = 0; axis < equation.output.size(); ++axis) {
    const char letter = equation.output[axis];
    if (axis == 0)
      whole.push_back(input[0]);
    else if (is_digit(letter))
      whole.push_back(input[equation.input.find(letter)]);
    else if (++letters <= output_shape.rank())
      whole.push_back(output_shape[letters - 1]);
  }
  const bool has_zero = std::find(output_shape.begin(), output_shape.end(), 0) != output_shape.end();
  if (letters != output_shape.rank() || has_zero)
    throw ValueError("EinsumDense", fmt::format("`output_shape` does not fit the equation; got {} for {}; expected a "
                                                "positive extent or None for each letter of the result but the batch",
                                                output_shape, equation.text()));
  return whole;
}

std::int64_t extent_of(char letter, const std::string& letters, const Shape& shape) {
  return shape[letters.find(letter)];
}

bool has(const std::string& letters, char letter) { return letters.find(letter) != std::string::npos; }

[[noreturn]] void throw_letter(const char* what, char letter, const EinsumEquation& equation) {
  throw ValueError("EinsumDense",
                   fmt::format("the letter '{}' of {} stands nowhere else; got {}", letter, what, equation.text()));
}

void require_shared_extents(const EinsumEquation& equation, const Shape& input, const Shape& output) {
  for (const char letter : equation.input) {
    if (!has(equation.output, letter)) continue;
    const std::int64_t in = extent_of(letter, equation.input, input), out = extent_of(letter, equation.output, output);
    if (out != None && out != in)
      throw ShapeError("EinsumDense", fmt::format("input and `output_shape` differ along '{}'; got {} and {} in {}",
                                                  letter, in, out, equation.text()));
  }
  for (const char letter : equation.output)
    if (!has(equation.input, letter) && !has(equation.kernel, letter)) throw_letter("the result", letter, equation);
}

// From the first axis of the result that has a bias to the last one.
Shape bias_shape(const EinsumEquation& equation, const std::string& bias_axes, const Shape& output) {
  std::size_t first = equation.output.size();
  for (const char letter : bias_axes) {
    if (!is_letter(letter) || !has(equation.output, letter)) throw_letter("`bias_axes`", letter, equation);
    first = std::min(first, equation.output.find(letter));
  }
  Shape shape;
  for (std::size_t axis = first; axis < equation.output.size(); ++axis)
    shape.push_back(has(bias_axes, equation.output[axis]) ? output[axis] : 1);
  return shape;
}

}  // namespace

EinsumWeights einsum_weights(const EinsumEquation& equation, const std::string& bias_axes, const Shape& input,
                             const Shape& output_shape) {
  const Shape output = whole_output(equation, input, output_shape);
  require_shared_extents(equation, input, output);
  EinsumWeights weights;
  for (const char letter : equation.kernel) {
    const auto axis = static_cast<std::int64_t>(weights.kernel.rank());
    if (has(equation.output, letter)) {
      weights.kernel.push_back(extent_of(letter, equation.output, output));
      weights.output_axes.push_back(axis);
    } else if (has(equation.input, letter)) {
      weights.kernel.push_back(extent_of(letter, equation.input, input));
      weights.input_axes.push_back(axis);
    } else {
      throw_letter("the kernel", letter, equation);
    }
  }
  if (!bias_axes.empty()) weights.bias = bias_shape(equation, bias_axes, output);
  return weights;
}

}  // namespace cornu::layers

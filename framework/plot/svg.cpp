#include <cornu/framework/plot/svg.hpp>

#include <fmt/format.h>

#include <array>
#include <cstddef>
#include <cstdint>
#include <iterator>

#include <cornu/framework/base/utf8.hpp>

namespace cornu::plot {

namespace {

std::string base64(std::string_view bytes) {
  constexpr std::string_view digits = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
  std::string text;
  for (std::size_t i = 0; i < bytes.size(); i += 3) {
    const std::size_t count = std::min<std::size_t>(3, bytes.size() - i);
    std::uint32_t group = 0;
    for (std::size_t k = 0; k < 3; ++k)
      group = group << 8 | (k < count ? static_cast<unsigned char>(bytes[i + k]) : 0u);
    for (std::size_t k = 0; k < 4; ++k) text += k <= count ? digits[group >> (18 - 6 * k) & 63u] : '=';
  }
  return text;
}

std::string escape_character(std::string_view character) {
  const auto byte = static_cast<unsigned char>(character.front());
  if (byte < 0x20 && byte != '\t' && byte != '\n' && byte != '\r') return "\uFFFD";
  switch (byte) {
    case '&':
      return "&amp;";
    case '<':
      return "&lt;";
    case '>':
      return "&gt;";
    case '"':
      return "&quot;";
    case '\'':
      return "&#39;";
    default:
      return std::string(character);
  }
}

}  // namespace

std::string escape_xml(std::string_view text) {
  std::string escaped;
  for (const std::string& character : utf8_characters(text)) {
    const bool is_character = character != "\uFFFE" && character != "\uFFFF";
    escaped += is_character ? escape_character(character) : "\uFFFD";
  }
  return escaped;
}

double text_width(std::string_view text, double size) {
  return 0.58 * size * static_cast<double>(utf8_characters(text).size());
}

std::string_view colour_of(std::size_t i) {
  constexpr std::array<std::string_view, 10> colours{"#3b6fb6", "#e07b39", "#3f9b5b", "#c8414b", "#7d62ad",
                                                     "#8a6a4f", "#d673b1", "#6f7680", "#b5a22e", "#2fa3b8"};
  return colours[i % colours.size()];
}

Svg::Svg(double width, double height, std::string_view title)
    : body_(fmt::format(
          R"(<svg xmlns="http://www.w3.org/2000/svg" width="{0:.0f}" height="{1:.0f}" viewBox="0 0 {0:.0f} {1:.0f}" )"
          R"(font-family="'Segoe UI', Roboto, 'DejaVu Sans', Helvetica, Arial, sans-serif">)"
          "\n<title>{2}</title>\n<rect width=\"100%\" height=\"100%\" fill=\"#ffffff\"/>\n",
          width, height, escape_xml(title))) {}

void Svg::line(double x1, double y1, double x2, double y2, std::string_view colour, double width) {
  fmt::format_to(std::back_inserter(body_),
                 "<path d=\"M{:.2f} {:.2f}L{:.2f} {:.2f}\" stroke=\"{}\" stroke-width=\"{:g}\"/>\n", x1, y1, x2, y2,
                 colour, width);
}

void Svg::rectangle(double x, double y, double width, double height, std::string_view colour, double border_width) {
  fmt::format_to(std::back_inserter(body_),
                 "<rect x=\"{:.2f}\" y=\"{:.2f}\" width=\"{:.2f}\" height=\"{:.2f}\" fill=\"none\" stroke=\"{}\" "
                 "stroke-width=\"{:g}\"/>\n",
                 x, y, width, height, escape_xml(colour), border_width);
}

void Svg::dot(double x, double y, double radius, std::string_view colour, std::string_view hint) {
  fmt::format_to(std::back_inserter(body_),
                 "<circle cx=\"{:.2f}\" cy=\"{:.2f}\" r=\"{:g}\" fill=\"{}\"><title>{}</title></circle>\n", x, y,
                 radius, colour, escape_xml(hint));
}

void Svg::text(double x, double y, std::string_view text, const TextStyle& style) {
  fmt::format_to(
      std::back_inserter(body_),
      "<text x=\"{0:.2f}\" y=\"{1:.2f}\" font-size=\"{2:g}\" text-anchor=\"{3}\" fill=\"{4}\"{5}{6}>{7}</text>\n", x, y,
      style.size, style.anchor, escape_xml(style.colour), style.bold ? " font-weight=\"600\"" : "",
      style.upwards ? fmt::format(" transform=\"rotate(-90 {:.2f} {:.2f})\"", x, y) : "", escape_xml(text));
}

void Svg::path(std::string_view path, std::string_view colour, double width) {
  fmt::format_to(std::back_inserter(body_),
                 "<path d=\"{}\" fill=\"none\" stroke=\"{}\" stroke-width=\"{:g}\" stroke-linejoin=\"round\" "
                 "stroke-linecap=\"round\"/>\n",
                 path, colour, width);
}

void Svg::image(double x, double y, double width, double height, std::string_view png) {
  fmt::format_to(std::back_inserter(body_),
                 "<image x=\"{:.2f}\" y=\"{:.2f}\" width=\"{:.2f}\" height=\"{:.2f}\" "
                 "style=\"image-rendering:pixelated\" href=\"data:image/png;base64,{}\"/>\n",
                 x, y, width, height, base64(png));
}

}  // namespace cornu::plot

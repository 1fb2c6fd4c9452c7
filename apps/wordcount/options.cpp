#include "apps/wordcount/options.hpp"

#include "apps/common/master_address.hpp"

#include <CLI/CLI.hpp>

#include <algorithm>
#include <limits>

namespace entente::wordcount {

namespace {

constexpr std::size_t default_top = 10;
constexpr std::size_t most_words = 1'000'000'000;

constexpr auto description =
  "Counts the words of files on an Entente cluster and shows the most frequent ones.\n"
  "A word is a maximal run of ASCII letters, in lower case; it ends where its file ends.\n"
  "The agents read the files themselves, so each FILE is there under the same path.";

constexpr auto footer =
  "With --tsv, stdout is only lines of count<TAB>word, sorted by count (descending), then by\n"
  "word (ascending): all words, or the first N with --top N.\n"
  "Exit codes: 0 done; 1 the files cannot be counted; 64 wrong usage; 69 the master cannot be\n"
  "reached; 130 interrupted.";

std::string first_line(std::string text) {
  std::ranges::replace(text, '\n', ' ');
  return text;
}

}  // namespace

std::size_t options::words_shown() const {
  return top.value_or(tsv ? std::numeric_limits<std::size_t>::max() : default_top);
}

std::variant<options, information, usage_error> parse_options(int argc, const char* const* argv) {
  options result;
  std::string master;
  CLI::App app{description, "wordcount"};
  app.footer(footer);
  app.set_version_flag("--version", "wordcount " ENTENTE_VERSION);
  app.add_option("--master", master, std::string{master_option_help})->type_name("HOST:PORT");
  app.add_option("--top", result.top, "Show the N most frequent words; 10 unless --tsv is given")
    ->type_name("N")
    ->check(CLI::Range(std::size_t{1}, most_words));
  app.add_flag("--tsv", result.tsv, "Print only count<TAB>word lines, for other programs");
  app.add_option("FILE", result.files, "Files to count")->required();
  try {
    app.parse(argc, argv);
  } catch (const CLI::CallForHelp&) {
    return information{app.help()};
  } catch (const CLI::CallForVersion& x) {
    return information{std::string{x.what()} + "\n"};
  } catch (const CLI::ParseError& x) {
    return usage_error{first_line(x.what())};
  }
  auto where = find_masters(master);
  if (auto* wrong = std::get_if<usage_error>(&where))
    return *wrong;
  result.masters = std::move(std::get<std::vector<endpoint>>(where));
  return result;
}

}  // namespace entente::wordcount

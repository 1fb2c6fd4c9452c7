// A journal on a real disk: crashes, two openers, no room.
#include "actors/agent/journal.hpp"

#include <boost/test/unit_test.hpp>

#include "actors/agent/journal_format.hpp"
#include "support/full_disk.hpp"
#include "support/scratch_directory.hpp"

namespace entente::test {

namespace {

using result = std::variant<entente::journal::opened, runtime::failure>;

std::string list(const std::vector<std::string>& xs) {
  std::string text;
  for (const auto& x : xs)
    text += (text.empty() ? "" : ",") + x;
  return text;
}

struct fixture {
  result open() const { return entente::journal::open(directory.path()); }

  entente::journal reopened() const { return std::move(must(open()).file); }

  /// What the file holds, or the failure.
  std::string read() const {
    auto made = open();
    if (auto* failed = std::get_if<runtime::failure>(&made))
      return failed->message;
    return list(std::get<entente::journal::opened>(made).records);
  }

  static entente::journal::opened must(result made) {
    auto* failed = std::get_if<runtime::failure>(&made);
    BOOST_REQUIRE_MESSAGE(!failed, (failed ? failed->message : ""));
    return std::move(std::get<entente::journal::opened>(made));
  }

  static void write(entente::journal& file, std::initializer_list<std::string> records) {
    for (const auto& record : records)
      file.append(record);
    BOOST_REQUIRE(!file.sync());
  }

  std::filesystem::path file() const { return directory / "journal"; }

  scratch_directory directory;
};

}  // namespace

BOOST_FIXTURE_TEST_SUITE(journal, fixture)

// -- the usual life -----------------------------------------------------------------

BOOST_AUTO_TEST_CASE(a_new_journal_is_empty) {
  BOOST_CHECK_EQUAL(read(), "");
  BOOST_CHECK_EQUAL(read(), "");
}

BOOST_AUTO_TEST_CASE(a_directory_that_is_not_there_is_made) {
  must(entente::journal::open(directory / "a/b"));
  BOOST_CHECK(std::filesystem::exists(directory / "a/b/journal"));
}

BOOST_AUTO_TEST_CASE(what_was_synced_is_there_in_order) {
  {
    auto one = reopened();
    write(one, {"a", "b"});
    write(one, {"c"});
  }
  {
    auto one = reopened();
    write(one, {std::string("\0\n", 2), ""});
  }
  BOOST_CHECK_EQUAL(read(), std::string("a,b,c,\0\n,", 9));
}

BOOST_AUTO_TEST_CASE(what_was_not_synced_is_not_there) {
  {
    auto one = reopened();
    write(one, {"a"});
    one.append("b");
    BOOST_CHECK(one.is_dirty());
  }
  BOOST_CHECK_EQUAL(read(), "a");
}

BOOST_AUTO_TEST_CASE(a_sync_of_nothing_writes_nothing) {
  auto one = reopened();
  auto size = std::filesystem::file_size(file());
  BOOST_CHECK(!one.is_dirty());
  BOOST_CHECK(!one.sync());
  BOOST_CHECK_EQUAL(std::filesystem::file_size(file()), size);
}

// -- crashes --------------------------------------------------------------------------

BOOST_AUTO_TEST_CASE(a_torn_end_is_cut_off_and_writing_goes_on_there) {
  {
    auto one = reopened();
    write(one, {"a"});
    write(one, {"b"});
  }
  auto whole = read_file(file());
  auto safe = whole.size() - journal_format::batch_header_size - 5;
  for (auto size = safe; size < whole.size(); ++size) {
    BOOST_TEST_CONTEXT("cut at " << size) {
      write_file(file(), whole.substr(0, size));
      auto made = must(open());
      BOOST_CHECK_EQUAL(list(made.records), "a");
      BOOST_CHECK_EQUAL(std::filesystem::file_size(file()), safe);
      write(made.file, {"c"});
    }
    BOOST_CHECK_EQUAL(read(), "a,c");
  }
}

BOOST_AUTO_TEST_CASE(damage_names_the_file_the_offset_and_the_way_on_and_changes_nothing) {
  {
    auto one = reopened();
    for (const auto* text : {"a", "b", "c"})
      write(one, {text});
  }
  auto whole = read_file(file());
  auto begin = journal_format::file_header_size + journal_format::batch_header_size + 5;
  for (auto at = begin; at < begin + journal_format::batch_header_size + 5; ++at) {
    auto damaged = whole;
    damaged[at] = static_cast<char>(~damaged[at]);
    write_file(file(), damaged);
    auto said = read();
    BOOST_TEST_CONTEXT("byte " << at << ": " << said) {
      BOOST_CHECK(said.find('"' + file().string() + '"') != said.npos);
      BOOST_CHECK(said.find("at offset " + std::to_string(begin)) != said.npos);
      BOOST_CHECK(said.find("move it away") != said.npos);
      BOOST_CHECK(read_file(file()) == damaged);
    }
  }
}

BOOST_AUTO_TEST_CASE(what_a_crash_left_of_a_rewrite_does_not_count) {
  {
    auto one = reopened();
    write(one, {"a"});
  }
  write_file(directory / "journal.new", "half of it");
  BOOST_CHECK_EQUAL(read(), "a");
  auto one = reopened();
  BOOST_CHECK(!one.rewrite({"b"}));
}

// -- two agents -----------------------------------------------------------------------

BOOST_AUTO_TEST_CASE(a_directory_has_one_agent_at_a_time) {
  {
    auto one = reopened();
    auto said = read();
    BOOST_CHECK(said.find('"' + directory.path().string() + "\" is in use") != said.npos);
    BOOST_CHECK(said.find("(process " + std::to_string(::getpid()) + ')') != said.npos);
    BOOST_CHECK(!one.rewrite({"a"}));
    BOOST_CHECK(read().find("is in use") != said.npos);
  }
  BOOST_CHECK_EQUAL(read(), "a");
}

// -- failures -------------------------------------------------------------------------

BOOST_AUTO_TEST_CASE(a_full_disk_is_a_failure_and_later_all_of_it_is_written) {
  {
    auto one = reopened();
    write(one, {"a"});
    auto size = one.size();
    one.append(std::string(10'000, 'x'));
    for (auto room : {std::size_t{0}, std::size_t{10}, std::size_t{5'000}}) {
      std::optional<runtime::failure> failed;
      {
        full_disk none{size + room};
        failed = one.sync();
      }
      BOOST_REQUIRE(failed);
      BOOST_CHECK_EQUAL(failed->code, EFBIG);
      BOOST_CHECK(failed->message.find('"' + file().string() + '"') != std::string::npos);
      BOOST_CHECK_EQUAL(std::filesystem::file_size(file()), size);
      BOOST_CHECK(one.is_dirty());
    }
    one.append("b");
    BOOST_CHECK(!one.sync());
    write(one, {"c"});
  }
  BOOST_CHECK_EQUAL(read(), "a," + std::string(10'000, 'x') + ",b,c");
}

BOOST_AUTO_TEST_CASE(a_rewrite_on_a_full_disk_leaves_all_as_it_was) {
  {
    auto one = reopened();
    write(one, {"a"});
    one.append("b");
    std::optional<runtime::failure> failed;
    {
      full_disk none{100};
      failed = one.rewrite({std::string(10'000, 'x')});
    }
    BOOST_REQUIRE(failed);
    BOOST_CHECK(failed->message.find("journal.new") != std::string::npos);
    BOOST_CHECK(!std::filesystem::exists(directory / "journal.new"));
    BOOST_CHECK(one.is_dirty());
    BOOST_CHECK(!one.sync());
  }
  BOOST_CHECK_EQUAL(read(), "a,b");
}

BOOST_AUTO_TEST_CASE(a_directory_that_cannot_be_made_is_a_failure_that_names_it) {
  write_file(directory / "plain", "");
  auto made = entente::journal::open(directory / "plain/work");
  auto* failed = std::get_if<runtime::failure>(&made);
  BOOST_REQUIRE(failed);
  BOOST_CHECK(failed->message.find("plain/work\": Not a directory") != std::string::npos);
}

// -- rewriting ------------------------------------------------------------------------

BOOST_AUTO_TEST_CASE(a_rewrite_replaces_all_that_was_appended) {
  {
    auto one = reopened();
    write(one, {"a", "b"});
    one.append("c");
    BOOST_CHECK(!one.rewrite({"d", "e"}));
    BOOST_CHECK(!one.is_dirty());
    write(one, {"f"});
  }
  BOOST_CHECK_EQUAL(read(), "d,e,f");
}

BOOST_AUTO_TEST_CASE(a_rewrite_may_leave_nothing) {
  {
    auto one = reopened();
    write(one, {"a"});
    BOOST_CHECK(!one.rewrite({}));
  }
  BOOST_CHECK_EQUAL(read(), "");
}

BOOST_AUTO_TEST_CASE(a_journal_is_rewritten_when_it_is_not_small_and_has_doubled) {
  const std::string record(100'000, 'x');
  auto one = reopened();
  write(one, {std::string(1'000'000, 'x')});
  BOOST_CHECK(!one.wants_rewrite());
  write(one, {record});
  BOOST_CHECK(one.wants_rewrite());
  BOOST_CHECK(!one.rewrite(std::vector<std::string>(8, record)));
  for (int i = 0; i < 8; ++i) {
    BOOST_CHECK(!one.wants_rewrite());
    write(one, {record});
  }
  BOOST_CHECK(one.wants_rewrite());
}

BOOST_AUTO_TEST_CASE(a_journal_that_is_opened_again_knows_what_its_rewrite_had) {
  {
    auto one = reopened();
    BOOST_CHECK(!one.rewrite({std::string(3'000'000, 'x')}));
    write(one, {std::string(2'000'000, 'x')});
  }
  auto one = reopened();
  BOOST_CHECK(!one.wants_rewrite());
  write(one, {std::string(1'500'000, 'x')});
  BOOST_CHECK(one.wants_rewrite());
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace entente::test

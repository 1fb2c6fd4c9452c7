// A master that is killed, and a file that was cut.
#include <csignal>

#include <sys/wait.h>
#include <unistd.h>

#include "actors/registry/registry_copy.hpp"
#include "registry_values.hpp"

namespace entente::test {

namespace {

constexpr std::uint64_t changes_at_once = 3;

/// What the registry holds after so many commits of a master in life `life`.
registry_state after(std::uint64_t commits, registry_state state, std::uint64_t seed) {
  ++state.lives;
  state.cluster = "lab";
  entry_generator made{seed};
  for (; commits > 0; --commits)
    for (const auto& change : made.changes(changes_at_once))
      apply(state, change);
  return state;
}

/// A process that commits until it is killed, and says so after each commit.
class committing_child {
public:
  committing_child(const std::filesystem::path& work_dir, std::uint64_t seed) {
    int ends[2];
    BOOST_REQUIRE_EQUAL(::pipe(ends), 0);
    pid_ = ::fork();
    if (pid_ == 0)
      commit_for_ever(work_dir, seed, ends[1]);
    ::close(ends[1]);
    said_ = ends[0];
  }
  committing_child(const committing_child&) = delete;
  committing_child& operator=(const committing_child&) = delete;
  ~committing_child() {
    kill();
    ::close(said_);
  }

  /// Waits until it has said so `count` times more. @returns how often it has
  std::uint64_t hear(std::uint64_t count) {
    char one = 0;
    while (count-- > 0 && ::read(said_, &one, 1) == 1)
      ++heard_;
    return heard_;
  }

  /// Kills it. @returns how often it had said so
  std::uint64_t kill() {
    if (pid_ == 0)
      return heard_;
    ::kill(pid_, SIGKILL);
    ::waitpid(pid_, nullptr, 0);
    pid_ = 0;
    return hear(std::numeric_limits<std::uint64_t>::max());
  }

private:
  [[noreturn]] static void commit_for_ever(const std::filesystem::path& work_dir,
                                           std::uint64_t seed, int out) {
    auto made = entente::registry::open(work_dir, "lab");
    auto* file = std::get_if<entente::registry>(&made);
    for (entry_generator changes{seed}; file;) {
      file->append(changes.changes(changes_at_once));
      if (file->sync() || ::write(out, ".", 1) != 1)
        break;
    }
    ::_exit(1);
  }

  pid_t pid_ = 0;
  int said_ = -1;
  std::uint64_t heard_ = 0;
};

struct fixture : registry_fixture {
  /// Copies the files of a registry that is open, with so much of what was written ahead.
  void copy_cut(const registry_fixture& to, std::size_t bytes_ahead) const {
    write_file(to.file(), read_file(file()));
    write_file(registry_file::ahead_of(to.file()),
               read_file(registry_file::ahead_of(file())).substr(0, bytes_ahead));
  }
};

}  // namespace

BOOST_FIXTURE_TEST_SUITE(registry_crash, fixture)

BOOST_AUTO_TEST_CASE(what_a_killed_master_has_said_to_be_safe_is_there) {
  registry_state before;
  for (std::uint64_t seed = 1; seed <= 15; ++seed) {
    BOOST_TEST_CONTEXT("seed " << seed) {
      committing_child child{directory.path(), seed};
      child.hear(1 + seed * seed % 97);
      auto said = child.kill();
      BOOST_REQUIRE_GT(said, 0);
      auto found = read_registry(file());
      BOOST_REQUIRE(std::holds_alternative<registry_state>(found));
      const auto& state = std::get<registry_state>(found);
      // It may have been killed before it could say so of the last one.
      auto is_one_more = state == after(said + 1, before, seed);
      BOOST_CHECK(is_one_more || state == after(said, before, seed));
      before = state;
    }
  }
  BOOST_CHECK_EQUAL(open().state().lives, before.lives + 1);
}

BOOST_AUTO_TEST_CASE(a_killed_master_does_not_keep_the_lock) {
  committing_child child{directory.path(), 1};
  child.hear(1);
  BOOST_CHECK(mentions(refusal(), "is in use by another master"));
  child.kill();
  open();
}

BOOST_AUTO_TEST_CASE(a_cut_file_holds_what_was_committed_up_to_some_moment) {
  auto one = open();
  std::vector<registry_state> moments{one.state()};
  entry_generator made{7};
  for (int i = 0; i < 8; ++i) {
    commit(one, made.changes(changes_at_once));
    moments.push_back(one.state());
  }
  auto size = std::filesystem::file_size(registry_file::ahead_of(file()));
  auto latest = moments.begin();
  for (std::size_t bytes = 0; bytes < size; bytes += 1 + made.below(1500)) {
    registry_fixture copy;
    copy_cut(copy, bytes);
    auto found = copy.try_open();
    if (auto* failed = std::get_if<runtime::failure>(&found)) {
      BOOST_FAIL(failed->message);
    } else {
      auto state = std::get<entente::registry>(found).state();
      if (state.lives == 1)
        continue;  // Not even that it was opened.
      --state.lives;
      latest = std::find(latest, moments.end(), state);
      BOOST_REQUIRE(latest != moments.end());
    }
  }
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace entente::test

// Starting processes, and what they are given.
#include "actors/runtime/process.hpp"

#include <cerrno>
#include <csignal>
#include <future>
#include <thread>

#include <boost/test/unit_test.hpp>
#include <fcntl.h>
#include <sys/wait.h>

#include "fixtures.hpp"

namespace entente::runtime::test {

namespace {

struct fixture {
  process_spec spec(std::vector<std::string> argv) {
    return {std::move(argv),
            {{"PATH", "/usr/local/bin:/usr/bin:/bin"}},
            dir.path(),
            out.value(),
            err.value()};
  }

  process_spec shell(const std::string& script) { return spec({"sh", "-c", script}); }

  /// The exit code, or why it did not start.
  std::string run(const process_spec& spec) {
    auto started = spawn(spec);
    if (auto* error = std::get_if<spawn_error>(&started))
      return error->message;
    int status = 0;
    ::waitpid(std::get<pid_t>(started), &status, 0);
    return std::to_string(WEXITSTATUS(status));
  }

  std::string output(const process_spec& spec) {
    out = make("out");
    auto now = spec;
    now.out = out.value();
    run(now);
    return dir.read("out");
  }

  unique_fd make(const std::string& name) {
    return unique_fd{
      ::open((dir / name).c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_APPEND | O_CLOEXEC, 0644)};
  }

  scratch dir;
  unique_fd out = make("out");
  unique_fd err = make("err");
};

bool is_root() {
  return ::geteuid() == 0;
}

}  // namespace

BOOST_FIXTURE_TEST_SUITE(process, fixture)

BOOST_AUTO_TEST_CASE(a_status_names_its_code_or_signal) {
  BOOST_CHECK_EQUAL((exit_status{false, 3, false}.to_string()), "exited with code 3");
  BOOST_CHECK_EQUAL((exit_status{true, SIGKILL, false}.to_string()),
                    "killed by signal SIGKILL (9)");
  BOOST_CHECK_EQUAL((exit_status{true, SIGSEGV, true}.to_string()),
                    "killed by signal SIGSEGV (11), core dumped");
  BOOST_CHECK_EQUAL(signal_name(SIGRTMIN + 2), "SIGRTMIN+2");
  BOOST_CHECK_EQUAL(signal_name(99), "SIG99");
}

BOOST_AUTO_TEST_CASE(output_goes_where_it_is_sent) {
  BOOST_CHECK_EQUAL(run(shell("echo to out; echo to err >&2")), "0");
  BOOST_CHECK_EQUAL(dir.read("out"), "to out\n");
  BOOST_CHECK_EQUAL(dir.read("err"), "to err\n");
}

BOOST_AUTO_TEST_CASE(both_outputs_may_go_to_one_place) {
  auto both = shell("echo 1; echo 2 >&2; echo 3");
  both.err = both.out;
  BOOST_CHECK_EQUAL(run(both), "0");
  BOOST_CHECK_EQUAL(dir.read("out"), "1\n2\n3\n");
}

BOOST_AUTO_TEST_CASE(stdin_is_empty) {
  BOOST_CHECK_EQUAL(output(shell("wc -c")), "0\n");
}

BOOST_AUTO_TEST_CASE(a_process_runs_in_its_directory) {
  BOOST_CHECK_EQUAL(output(spec({"pwd", "-P"})),
                    std::filesystem::canonical(dir.path()).string() + "\n");
}

BOOST_AUTO_TEST_CASE(a_process_has_the_environment_it_is_given_and_no_more) {
  auto here = spec({"env"});
  here.env["COLOUR"] = "dark green";
  BOOST_CHECK_EQUAL(output(here), "COLOUR=dark green\nPATH=/usr/local/bin:/usr/bin:/bin\n");
}

BOOST_AUTO_TEST_CASE(the_command_is_looked_up_in_its_own_path) {
  std::filesystem::create_directory(dir / "bin");
  dir.write("bin/greet", "#!/bin/sh\necho hello\n", 0755);
  auto here = spec({"greet"});
  here.env["PATH"] = "/nowhere:" + (dir / "bin").string();
  BOOST_CHECK_EQUAL(output(here), "hello\n");
  here.env["PATH"] = "bin";
  BOOST_CHECK_EQUAL(output(here), "hello\n");
}

BOOST_AUTO_TEST_CASE(without_a_path_of_its_own_that_of_the_agent_counts) {
  auto here = spec({"true"});
  here.env.clear();
  BOOST_CHECK_EQUAL(run(here), "0");
}

BOOST_AUTO_TEST_CASE(a_command_with_a_slash_is_relative_to_the_directory) {
  dir.write("greet", "#!/bin/sh\necho hello\n", 0755);
  BOOST_CHECK_EQUAL(output(spec({"./greet"})), "hello\n");
}

BOOST_AUTO_TEST_CASE(a_script_that_names_no_interpreter_is_run_by_the_shell) {
  dir.write("greet", "echo \"hello $1\"\n", 0755);
  BOOST_CHECK_EQUAL(output(spec({"./greet", "you"})), "hello you\n");
}

BOOST_AUTO_TEST_CASE(a_damaged_program_is_not_run_by_the_shell) {
  dir.write("damaged",
            std::string{"\x7f"
                        "ELF\0\0\0\0",
                        8},
            0755);
  BOOST_CHECK_EQUAL(run(spec({"./damaged"})), "cannot start \"./damaged\": Exec format error");
}

BOOST_AUTO_TEST_CASE(a_missing_command_is_named) {
  BOOST_CHECK_EQUAL(run(spec({"nosuch"})), "cannot start \"nosuch\": No such file or directory");
  BOOST_CHECK_EQUAL(run(spec({"./nosuch"})),
                    "cannot start \"./nosuch\": No such file or directory");
  BOOST_CHECK_EQUAL(run(spec({""})), "cannot start \"\": No such file or directory");
}

BOOST_AUTO_TEST_CASE(a_missing_interpreter_is_told_from_a_missing_command) {
  dir.write("odd", "#!/no/such/interpreter\n", 0755);
  BOOST_CHECK_EQUAL(run(spec({"./odd"})),
                    "cannot start \"./odd\": the interpreter that it names does not exist");
}

BOOST_AUTO_TEST_CASE(a_file_that_may_not_be_executed_is_refused) {
  dir.write("plain", "echo no\n", 0644);
  BOOST_CHECK_EQUAL(run(spec({"./plain"})), "cannot start \"./plain\": Permission denied");
  auto here = spec({"plain"});
  here.env["PATH"] = dir.path().string() + ":/nowhere";
  BOOST_CHECK_EQUAL(run(here), "cannot start \"plain\": Permission denied");
  BOOST_CHECK_EQUAL(run(spec({"/"})), "cannot start \"/\": Permission denied");
}

BOOST_AUTO_TEST_CASE(a_missing_directory_is_named) {
  auto here = spec({"true"});
  here.directory = "/no/such/place";
  BOOST_CHECK_EQUAL(run(here), "cannot start \"true\": working directory \"/no/such/place\": "
                               "No such file or directory");
}

BOOST_AUTO_TEST_CASE(a_directory_that_may_not_be_entered_is_named) {
  if (is_root())
    return;  // nothing is closed to root
  std::filesystem::create_directory(dir / "closed");
  std::filesystem::permissions(dir / "closed", std::filesystem::perms::owner_read);
  auto here = spec({"true"});
  here.directory = dir / "closed";
  BOOST_CHECK(run(here).ends_with("closed\": Permission denied"));
}

BOOST_AUTO_TEST_CASE(a_control_group_that_cannot_be_entered_is_named) {
  auto grouped = spec({"true"});
  grouped.groups = {"/no/such/group/cgroup.procs"};
  BOOST_CHECK_EQUAL(run(grouped), "cannot start \"true\": control group "
                                  "\"/no/such/group/cgroup.procs\": No such file or directory");
}

BOOST_AUTO_TEST_CASE(a_process_enters_its_control_groups_before_it_runs) {
  dir.write("first", "");
  dir.write("second", "");
  auto grouped = shell("cat first second");
  grouped.groups = {dir / "first", dir / "second"};
  BOOST_CHECK_EQUAL(output(grouped), "00");
}

BOOST_AUTO_TEST_CASE(a_process_dies_with_its_parent) {
  auto fifo = make_fifo(dir, "fifo");
  std::promise<void> ready;
  std::thread parent{[&] {
    spawn(shell("echo $$ > fifo; exec sleep 1000"));
    ready.get_future().wait();
  }};
  auto child = open_pidfd(std::stoi(read_line(fifo)));
  ready.set_value();
  parent.join();
  BOOST_CHECK(await_end(child));
  ::waitpid(-1, nullptr, 0);
}

BOOST_AUTO_TEST_CASE(what_the_system_would_misread_is_refused) {
  BOOST_CHECK_EQUAL(run(spec({})), "cannot start: no command given");
  BOOST_CHECK_EQUAL(run(spec({"echo", std::string{"a\0b", 3}})),
                    "cannot start \"echo\": an argument contains a NUL byte");
  auto here = spec({"env"});
  here.env["A=B"] = "c";
  BOOST_CHECK_EQUAL(run(here), "cannot start \"env\": not an environment variable: \"A=B\"");
}

BOOST_AUTO_TEST_CASE(arguments_too_long_for_the_system_are_refused) {
  auto here = spec({"true", std::string(4'000'000, 'x')});
  BOOST_CHECK_EQUAL(run(here), "cannot start \"true\": Argument list too long");
}

BOOST_AUTO_TEST_CASE(no_descriptor_is_inherited) {
  // Neither marked close-on-exec nor low.
  auto leaked = ::open("/dev/null", O_RDONLY);
  auto high = ::fcntl(leaked, F_DUPFD, 200);
  // 3 is the directory that ls reads.
  BOOST_CHECK_EQUAL(output(spec({"ls", "/proc/self/fd"})), "0\n1\n2\n3\n");
  ::close(high);
  ::close(leaked);
}

BOOST_AUTO_TEST_CASE(blocked_and_ignored_signals_are_not_inherited) {
  sigset_t all;
  sigset_t before;
  sigfillset(&all);
  ::pthread_sigmask(SIG_SETMASK, &all, &before);
  auto* handler = std::signal(SIGPIPE, SIG_IGN);
  auto status = output(spec({"grep", "-E", "^Sig(Blk|Ign)", "/proc/self/status"}));
  std::signal(SIGPIPE, handler);
  ::pthread_sigmask(SIG_SETMASK, &before, nullptr);
  BOOST_CHECK_EQUAL(status, "SigBlk:\t0000000000000000\nSigIgn:\t0000000000000000\n");
}

BOOST_AUTO_TEST_CASE(a_process_leads_a_session_and_group_of_its_own) {
  // Fields of stat: pid (comm) state ppid pgrp session.
  auto here = shell("read -r pid name state parent group session rest < /proc/$$/stat; "
                    "[ $pid = $group ] && [ $pid = $session ]");
  BOOST_CHECK_EQUAL(run(here), "0");
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace entente::runtime::test

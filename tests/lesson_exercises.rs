//! A student works through lessons 1 to 7 in the window by keyboard and accessible names alone: predictions, questions,
//! exercises by the controls that the step shows, and what is told afterwards. Solutions are never opened.

mod windows;

use std::thread::sleep;
use std::time::{Duration, Instant};

use egui::accesskit::Role;
use egui::{Event, Key, Modifiers};
use egui_kittest::Harness;
use egui_kittest::kittest::{NodeT, Queryable};
use regrow::ui::{RegrowApp, Startup};
use tempfile::TempDir;
use windows::{press, says, settle, window};

/// How long an exercise may run over all its seeds on a slow machine.
const PATIENCE: Duration = Duration::from_mins(10);

/// A student in front of the window, in a lesson.
struct Student {
    window: Harness<'static, RegrowApp>,
    /// What the program keeps.
    _data: TempDir,
}

impl Student {
    /// Opens a lesson from the list.
    fn opens(title: &str) -> Self {
        let data = TempDir::new().expect("a folder");
        let window = window(Startup { keep_in: Some(data.path().to_owned()), ..Startup::default() });
        let mut student = Self { window, _data: data };
        student.presses("Lessons");
        student.presses(&format!("Open: {title}"));
        assert!(says(&student.window, "Step 1 of"), "{title} is open");
        student
    }

    /// Leads the focus to the control with this role and name.
    #[track_caller]
    fn focuses(&mut self, role: Role, name: &str) {
        let found =
            self.window.query_all_by_role_and_label(role, name).find(|node| !node.accesskit_node().is_disabled());
        found.unwrap_or_else(|| panic!("no {role:?} “{name}” that can be used")).focus();
        self.window.run_steps(3);
    }

    fn enters(&mut self, role: Role, name: &str) {
        self.focuses(role, name);
        press(&mut self.window, Modifiers::NONE, Key::Enter);
    }

    #[track_caller]
    fn presses(&mut self, button: &str) {
        self.enters(Role::Button, button);
    }

    #[track_caller]
    fn follows(&mut self, link: &str) {
        self.enters(Role::Link, link);
    }

    /// Goes on to the next step, and sees that it is the one with this title.
    #[track_caller]
    fn goes_on_to(&mut self, title: &str) {
        self.presses("Next step");
        let step = self.window.state().session().lessons().open().map(|open| open.step().title.clone());
        assert!(step.as_deref().is_some_and(|step| step.starts_with(title)), "{title}, not {step:?}");
    }

    /// Types into a field with a number or text.
    #[track_caller]
    fn types(&mut self, role: Role, name: &str, text: &str) {
        self.focuses(role, name);
        press(&mut self.window, Modifiers::COMMAND, Key::A);
        self.window.event(Event::Text(text.to_owned()));
        self.window.run_steps(3);
        press(&mut self.window, Modifiers::NONE, Key::Enter);
    }

    #[track_caller]
    fn sets(&mut self, name: &str, value: &str) {
        self.types(Role::SpinButton, name, value);
    }

    /// Chooses from a list.
    #[track_caller]
    fn chooses(&mut self, list: &str, choice: &str) {
        self.enters(Role::ComboBox, list);
        self.window.run_steps(3);
        self.enters(Role::Button, choice);
    }

    #[track_caller]
    fn predicts(&mut self, choice: &str) {
        self.enters(Role::RadioButton, choice);
        self.presses("That is my prediction");
        assert!(says(&self.window, &format!("You predicted: {choice}")));
    }

    #[track_caller]
    fn answers(&mut self, choice: &str) {
        self.enters(Role::RadioButton, choice);
        self.presses("Answer");
        assert!(says(&self.window, "Right: "), "{choice}");
    }

    #[track_caller]
    fn answers_with(&mut self, number: &str) {
        self.types(Role::TextInput, "Your answer", number);
        assert!(says(&self.window, "Right: "), "{number}");
    }

    fn points(&self) -> (u32, u32) {
        let lessons = self.window.state().session().lessons();
        let all = lessons.open().map_or(0, |open| open.lesson().points());
        (lessons.open_progress().map_or(0, regrow::lesson::LessonProgress::earned), all)
    }

    /// Lets what runs in the background come to its end.
    #[track_caller]
    fn waits_for_the_runs(&mut self) {
        let start = Instant::now();
        loop {
            self.window.run_steps(1);
            let session = self.window.state().session();
            if session.comparison().is_none_or(|job| !job.is_running()) {
                return settle(&mut self.window);
            }
            assert!(start.elapsed() < PATIENCE, "the runs of the exercise take too long");
            sleep(Duration::from_millis(20));
        }
    }

    /// Has the exercise of the step judged: it is passed with all its points, and what it means is told.
    #[track_caller]
    fn passes(&mut self, points: u32) {
        self.checks();
        let what = if points == 1 { "1 point".to_owned() } else { format!("{points} points") };
        assert!(says(&self.window, &format!("✓ Passed: {points} of {what}")), "{:?}", self.judged());
        assert!(says(&self.window, "Afterwards"));
        assert!(!says(&self.window, "A solution"));
    }

    fn checks(&mut self) {
        self.presses("Check the exercise");
        self.waits_for_the_runs();
    }

    /// What the rules of the step's exercise have come to.
    fn judged(&self) -> Vec<String> {
        let open = self.window.state().session().lessons().open().expect("a lesson");
        let asked = open.step().checks().filter_map(|check| open.asked(&check.id));
        asked.flat_map(|asked| &asked.judgement.rules).map(|rule| format!("{rule:?}")).collect()
    }

    /// Walks to a connection by the arrows, from wherever the focus was on the network.
    fn walks(&mut self, network: &str, keys: &[(Modifiers, Key)]) {
        self.window.get_by_label_contains(&format!("Network of {network}")).focus();
        self.window.run_steps(2);
        for &(modifiers, key) in keys {
            press(&mut self.window, modifiers, key);
        }
    }
}

#[test]
fn lesson_1_two_weights_are_set_by_hand_and_then_the_gradient_works() {
    let mut student = Student::opens("First connections");
    student.follows("play");
    student.answers_with("50");
    student.goes_on_to("Predict");
    student.predicts("2");
    student.goes_on_to("By hand");
    for key in [Key::R, Key::H] {
        press(&mut student.window, Modifiers::NONE, key);
    }
    let first = (Modifiers::SHIFT, Key::ArrowDown);
    student.walks("Static", &[(Modifiers::NONE, Key::ArrowDown), (Modifiers::NONE, Key::ArrowRight), first]);
    student.sets("weight by hand", "1");
    student.walks("Static", &[(Modifiers::NONE, Key::ArrowRight), first]);
    student.sets("weight by hand", "1");
    student.follows("run all seeds");
    student.waits_for_the_runs();
    student.passes(2);
    student.goes_on_to("By gradient");
    student.predicts("nothing is learnt");
    student.goes_on_to("Let the gradient work");
    student.sets("Learning rate", "0.05");
    student.passes(2);
    student.goes_on_to("Myth");
    student.predicts("they differ in what comes next");
    student.goes_on_to("Sources");
    assert_eq!(student.points(), (5, 5));
}

#[test]
fn lesson_2_the_epsilon_of_the_formula_is_typed() {
    let mut student = Student::opens("What is a sparse network?");
    student.answers_with("84,480");
    student.goes_on_to("Share out");
    student.predicts("256 to 256");
    student.answers_with("15.6");
    student.goes_on_to("Choose ε");
    student.checks();
    assert!(says(&student.window, "✗ Not passed yet") && says(&student.window, "One layer is dense"));
    // 5 % of 84,480 places, over 320 + 512 + 266.
    student.sets("Connections", "3.847");
    assert!(says(&student.window, "4,224 of 84,480 places"));
    student.passes(2);
    student.goes_on_to("Myth");
    student.answers_with("9.4");
    assert_eq!(student.points(), (5, 5));
}

#[test]
fn lesson_3_a_network_is_pruned_gradually() {
    let mut student = Student::opens("Pruning a trained network");
    student.predicts("below 30 %");
    student.goes_on_to("Run");
    student.answers("All small weights together did a lot");
    student.goes_on_to("Gradually");
    student.sets("Update every", "1");
    student.sets("  until", "50");
    student.sets("Until", "50");
    student.passes(3);
    student.goes_on_to("Myth");
    student.predicts("only afterwards, in use");
    assert_eq!(student.points(), (4, 4));
}

#[test]
fn lesson_4_connections_are_shared_out_otherwise() {
    let mut student = Student::opens("Static sparsity and its cliff");
    student.predicts("5 %");
    student.goes_on_to("The cliff");
    student.answers_with("55");
    student.goes_on_to("Share out");
    student.answers_with("5.12");
    student.chooses("Allocation", "Erdős–Rényi");
    student.passes(3);
    student.goes_on_to("Myth");
    student.predicts("it depends on data and method");
    assert_eq!(student.points(), (6, 6));
}

#[test]
fn lesson_5_a_connection_that_goes_is_found_and_set_is_set_up_well() {
    let mut student = Student::opens("SET live");
    student.follows("one topology update");
    student.follows("start anew");
    student.answers_with("60");
    student.goes_on_to("Cut by hand");
    // Into the second layer, and from connection to connection until a card says that it will go.
    student.walks(
        "SET",
        &[(Modifiers::NONE, Key::ArrowDown), (Modifiers::NONE, Key::ArrowRight), (Modifiers::NONE, Key::ArrowRight)],
    );
    let mut steps = 0;
    while !windows::is_painted(&student.window, "will be pruned next") {
        steps += 1;
        assert!(steps < 300, "85 connections lead to 64 neurons");
        let before = steps % 4 == 0;
        let key = if before { (Modifiers::NONE, Key::ArrowDown) } else { (Modifiers::SHIFT, Key::ArrowDown) };
        student.walks("SET", &[key]);
    }
    student.presses("Answer");
    assert!(says(&student.window, "Right: it will be cut next"));
    student.goes_on_to("Predict");
    student.predicts("SET");
    student.goes_on_to("Let it run");
    student.focuses(Role::Slider, "Drop fraction");
    for _ in 0..40 {
        press(&mut student.window, Modifiers::NONE, Key::ArrowLeft);
    }
    student.passes(3);
    student.goes_on_to("Myth");
    student.predicts("it depends on how many trials a run allows");
    assert_eq!(student.points(), (5, 5));
}

#[test]
fn lesson_6_more_samples_let_dense_catch_up() {
    let mut student = Student::opens("Two of sixteen inputs matter");
    student.predicts("dense");
    student.predicts("all of them");
    student.goes_on_to("Run");
    student.answers("It fits the training points, noise included");
    student.goes_on_to("Myth");
    student.answers_with("17");
    student.goes_on_to("When does dense catch up?");
    student.sets("Training samples", "500");
    student.passes(3);
    student.goes_on_to("Is it sparsity, or any brake?");
    student.predicts("about half or more of it");
    assert_eq!(student.points(), (5, 5));
}

#[test]
fn lesson_7_a_recipe_is_repaired() {
    let mut student = Student::opens("Details that break SET");
    student.predicts("the value of new weights");
    student.goes_on_to("See it break");
    student.answers("New connections disturb the outputs before they have learnt anything");
    student.goes_on_to("One detail at a time");
    student.answers("1.3");
    student.goes_on_to("Repair it");
    student.chooses("New weights", "zero");
    student.chooses("Drop schedule", "cosine");
    student.sets("Until", "75");
    student.sets("Weight decay", "0.0001");
    student.passes(4);
    student.goes_on_to("Myth");
    student.predicts("neither, without naming the sparsity");
    student.goes_on_to("To take home");
    student.answers_with("0.004");
    assert_eq!(student.points(), (7, 7));
}

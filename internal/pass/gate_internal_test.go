// Copyright 2026 The ecs-iam-controller Authors.
// SPDX-License-Identifier: Apache-2.0

package pass

import (
	"fmt"
	"testing"
	"time"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"sigs.k8s.io/controller-runtime/pkg/event"

	"github.com/ecsiam/ecs-iam-controller/api/v1alpha1"
)

// let reports whether a pass may begin.
func let(g *gate, account string, after time.Duration) bool {
	leave, _ := g.enter(account, noon.Add(after))
	return leave != nil
}

// answers has an account answer a pass.
func answers(t *testing.T, g *gate, account string, answered bool) {
	t.Helper()
	leave, _ := g.enter(account, noon)
	if leave == nil {
		t.Fatalf("no pass is let into account %s", account)
	}
	leave(answered)
}

func TestAnAccountThatDoesNotAnswerHoldsOneWorker(t *testing.T) {
	g := &gate{workers: 8}
	answers(t, g, "sound", true)
	if !let(g, "silent", 0) {
		t.Fatal("the first pass is not let in")
	}
	for i := range 20 {
		if let(g, "silent", time.Duration(i)*time.Second) {
			t.Fatal("a second pass is let in before the first one was answered")
		}
	}
	for i := range 4 {
		if !let(g, "sound", 0) {
			t.Fatalf("pass %d of the account that answers is not let in", i+1)
		}
	}
	if let(g, "sound", 0) {
		t.Error("one account holds more than half of the workers")
	}
}

func TestAccountsThatDoNotAnswerTogetherLeaveHalfOfTheWorkers(t *testing.T) {
	g := &gate{workers: 8}
	for i := range 50 {
		answers(t, g, fmt.Sprint("silent-", i), false)
	}
	passes := 0
	for i := range 50 {
		if let(g, fmt.Sprint("silent-", i), 0) {
			passes++
		}
	}
	if passes != 4 {
		t.Errorf("%d passes are let in, want 4", passes)
	}
	if !let(g, "new", 0) {
		t.Error("an account that was not asked yet is not let in")
	}
}

func TestAPassThatLastsLetsNoOtherOfItsAccountBegin(t *testing.T) {
	g := &gate{workers: 8}
	answers(t, g, "other", true)
	answers(t, g, "slow", true)
	leave, _ := g.enter("slow", noon)
	if !let(g, "slow", time.Second) {
		t.Error("a second pass is not let in after a second")
	}
	if let(g, "slow", 11*time.Second) {
		t.Error("a further pass is let in while one hangs")
	}
	leave(false)
	if let(g, "slow", 12*time.Second) {
		t.Error("a further pass is let in beside one of an account that does not answer")
	}
}

func TestTheOnlyAccountHasAllWorkersOnceItAnswers(t *testing.T) {
	g := &gate{workers: 8}
	if !let(g, "only", 0) || let(g, "only", 0) {
		t.Error("an account that was not asked yet has not one pass")
	}
	g = &gate{workers: 8}
	answers(t, g, "only", true)
	for i := range 8 {
		if !let(g, "only", 0) {
			t.Errorf("pass %d is not let in", i+1)
		}
	}
}

func TestNoWorkerWaitsUntilAnAccountSaysWhoTheControllerIsInIt(t *testing.T) {
	g := &gate{workers: 8}
	answers(t, g, "sound", true)
	for i := range 40 {
		name := fmt.Sprint("silent-", i)
		if ask, retryAfter := g.meet(name, noon); !ask || retryAfter != soon {
			t.Fatalf("%s is asked: %t, and its pass comes again after %s", name, ask, retryAfter)
		}
		if ask, retryAfter := g.meet(name, noon.Add(time.Second)); ask || retryAfter != soon {
			t.Fatalf("%s is asked again: %t, and its pass comes again after %s", name, ask, retryAfter)
		}
		if _, retryAfter := g.meet(name, noon.Add(time.Minute)); retryAfter != later {
			t.Fatalf("a pass of %s comes again after %s", name, retryAfter)
		}
	}
	if !let(g, "sound", 0) {
		t.Error("no pass is let into the account that answers")
	}
	g.introduced("silent-0", true)
	if _, retryAfter := g.meet("silent-0", noon); retryAfter != 0 || !g.unproven("silent-0") {
		t.Errorf("an account that answered has passes after %s, and may be silent: %t", retryAfter, g.unproven("silent-0"))
	}
	g.introduced("silent-1", false)
	if _, retryAfter := g.meet("silent-1", noon); retryAfter != 0 || !let(g, "silent-1", 0) || let(g, "silent-1", 0) {
		t.Error("an account that did not answer has not one pass, which says so in a status")
	}
}

func TestTheFirstAccountHasItsPassAtOnce(t *testing.T) {
	g := &gate{workers: 8}
	if ask, retryAfter := g.meet("only", noon); ask || retryAfter != 0 || g.unproven("only") {
		t.Errorf("asked %t, comes again after %s", ask, retryAfter)
	}
	if ask, retryAfter := (&gate{}).meet("any", noon); ask || retryAfter != 0 {
		t.Errorf("without a number of workers: asked %t, comes again after %s", ask, retryAfter)
	}
}

func TestAnAccountThatIsDeletedLeavesAllWorkersToTheOneThatRemains(t *testing.T) {
	r := &Reconciler{}
	r.gate.workers = 8
	answers(t, &r.gate, "sound", true)
	answers(t, &r.gate, "gone", false)
	underWay, _ := r.gate.enter("gone", noon)
	gone := &v1alpha1.AWSAccount{ObjectMeta: metav1.ObjectMeta{Name: "gone"}}
	if !r.accountEvents().Delete(event.DeleteEvent{Object: gone}) {
		t.Error("the objects of the account do not hear of it")
	}
	for i := range 8 {
		if !let(&r.gate, "sound", 0) {
			t.Fatalf("pass %d of the account that remains is not let in", i+1)
		}
	}
	underWay(true)
	r.gate.introduced("gone", true)
	if accounts := len(r.gate.accounts); accounts != 1 {
		t.Errorf("%d accounts are counted after answers of the one that is gone, want 1", accounts)
	}
}

func TestAnAccountThatIsMadeAgainIsNewToTheGate(t *testing.T) {
	g := &gate{workers: 8}
	answers(t, g, "sound", true)
	answers(t, g, "again", false)
	g.forget("again")
	if ask, _ := g.meet("again", noon); !ask {
		t.Error("it is not asked who the controller is in it")
	}
}

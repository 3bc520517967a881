// Copyright 2026 The ecs-iam-controller Authors.
// SPDX-License-Identifier: Apache-2.0

package belief_test

import (
	"slices"
	"testing"
	"time"

	"k8s.io/apimachinery/pkg/types"

	"github.com/ecsiam/ecs-iam-controller/internal/belief"
	"github.com/ecsiam/ecs-iam-controller/internal/iam"
)

func TestAReadingIsOlderWhenItShowsWhatWasBeforeOurWrites(t *testing.T) {
	role := func(attached ...string) iam.Observation {
		return iam.Observation{Role: &iam.Role{Trust: "{}", Attached: attached}}
	}
	absent := iam.Observation{}
	for name, tc := range map[string]struct {
		before, believed, got iam.Observation
		want                  belief.Judgement
	}{
		"the reading shows our writes":                         {absent, role("a"), role("a"), belief.Take},
		"the created role is missing":                          {absent, role("a"), absent, belief.Keep},
		"the attachment is missing":                            {role(), role("a"), role(), belief.Keep},
		"the detached policy is still there":                   {role("a"), role(), role("a"), belief.Keep},
		"only one of two writes is shown":                      {role(), role("a", "b"), role("b"), belief.Keep},
		"someone attached another":                             {role(), role("a"), role("a", "x"), belief.Take},
		"someone detached what was there before our writes":    {role("b"), role("a", "b"), role("a"), belief.Take},
		"someone deleted a role that was there before":         {role("a"), role("a"), absent, belief.Take},
		"the deleted role is still there":                      {role("a"), absent, role("a"), belief.Keep},
		"nothing was written and nothing differs":              {role("a"), role("a"), role("a"), belief.Take},
		"the reading shows our writes and something older":     {role("old"), role("a"), role("a", "old"), belief.Keep},
		"the reading differs from both in the same attachment": {role("a"), role("a"), role("b"), belief.Take},
	} {
		t.Run(name, func(t *testing.T) {
			object := belief.NewStore(noon.Add(-time.Hour)).Of("uid")
			object.Wrote(belief.Write{Before: tc.before, After: tc.believed}, noon)
			tc.got.BegunAt = noon.Add(time.Second)
			if got := object.Judge(belief.Reading{Observation: tc.got}, tc.got.BegunAt); got.Judgement != tc.want {
				t.Errorf("the judgement is %d, want %d", got.Judgement, tc.want)
			}
		})
	}
}

func TestAReadingForTheDeletionOfAPolicyNeedsNoDocument(t *testing.T) {
	object := belief.NewStore(noon.Add(-time.Hour)).Of("uid")
	policy := func(document string, users ...string) iam.Observation {
		return iam.Observation{Policy: &iam.Policy{ID: "ANPA", Document: document, Users: users}, BegunAt: noon}
	}
	object.Wrote(belief.Write{Before: policy("{}"), After: policy("{}", "ci")}, noon)
	shown := policy("", "ci")
	if got := object.Judge(belief.Reading{Observation: shown, ForDeletion: true}, noon); got.Judgement != belief.Take {
		t.Errorf("a reading that shows our write: the judgement is %d", got.Judgement)
	}
	older := policy("")
	older.Policy.Versions, older.Policy.Bounds = []string{"v1", "v2"}, []string{"role/app"}
	got := object.Judge(belief.Reading{Observation: older, ForDeletion: true}, noon)
	if got.Judgement != belief.Keep || len(got.Policy.Users) != 1 || len(got.Policy.Versions) != 2 || len(got.Policy.Bounds) != 1 {
		t.Errorf("an older reading: %+v of %+v", got, got.Policy)
	}
}

func TestWhatIsNotOursIsNotBuriedWithTheObject(t *testing.T) {
	store := belief.NewStore(noon.Add(-time.Hour))
	foreign := iam.Observation{Role: &iam.Role{ID: "AROA1"}, BegunAt: noon}
	store.Of("old").Wrote(belief.Write{Before: foreign, After: foreign}, noon)
	store.Forget("old")
	if got := store.Of("new").Judge(belief.Reading{Observation: foreign}, noon); got.Judgement != belief.Take {
		t.Errorf("the judgement is %d", got.Judgement)
	}
}

func TestWhatIsBelievedIsDroppedAfterItsWindow(t *testing.T) {
	store := belief.NewStore(noon)
	for _, uid := range []types.UID{"settled", "forgotten"} {
		store.Of(uid).Wrote(belief.Write{After: iam.Observation{Role: &iam.Role{}}}, noon)
	}
	store.Of("settled").Believes(noon.Add(window), window)
	store.Of("other").Wrote(belief.Write{}, noon.Add(2*time.Minute))
	if store.Of("settled").Holds() || !store.Of("forgotten").Holds() {
		t.Error("what was waited for is kept, or what no pass has asked for is dropped")
	}
	store.Of("other").Wrote(belief.Write{}, noon.Add(2*time.Hour))
	if store.Of("forgotten").Holds() {
		t.Error("what no pass has asked for is kept without end")
	}
}

func TestAFieldIsContestedAfterThreeRepairsWithinAnHour(t *testing.T) {
	for name, tc := range map[string]struct {
		repaired []int // minutes
		at       int
		want     bool
	}{
		"two repairs":                           {[]int{0, 10}, 20, false},
		"three repairs":                         {[]int{0, 10, 20}, 30, true},
		"three repairs, an hour after the last": {[]int{0, 10, 20}, 80, false},
		"the repair of the next hour":           {[]int{0, 10, 20, 80}, 90, true},
		"after holding for an hour":             {[]int{0, 10, 20, 150}, 160, false},
		"three repairs in more than an hour":    {[]int{0, 40, 80}, 90, false},
	} {
		t.Run(name, func(t *testing.T) {
			object := belief.NewStore(noon).Of("uid")
			after := func(minutes int) time.Time { return noon.Add(time.Duration(minutes) * time.Minute) }
			for _, minutes := range tc.repaired {
				object.Repaired([]string{"trust"}, after(minutes))
			}
			contested := object.Contested(after(tc.at))
			if contested["trust"] != tc.want || contested["boundary"] {
				t.Errorf("contested are %v, want trust %t", contested, tc.want)
			}
		})
	}
}

func TestHowLongAWSGivesAnAnswerCountsFromItsFirstInARow(t *testing.T) {
	object := belief.NewStore(noon).Of("uid")
	after := func(seconds int) time.Time { return noon.Add(time.Duration(seconds) * time.Second) }
	for _, step := range []struct {
		at       int
		answered bool
		lasts    int
	}{
		{0, true, 0}, {119, true, 119}, {121, false, 0}, {130, true, 0}, {250, true, 120},
	} {
		lasts := time.Duration(step.lasts) * time.Second
		if got := object.InUse(step.answered, after(step.at)); got != lasts {
			t.Errorf("after %d seconds: in use for %s", step.at, got)
		}
		if got := object.PrincipalMissing(step.answered, after(step.at), time.Time{}); got != lasts {
			t.Errorf("after %d seconds: principal missing for %s", step.at, got)
		}
	}
}

func TestARestartedControllerCountsFromWhatTheObjectSays(t *testing.T) {
	object := belief.NewStore(noon).Of("uid")
	after := func(seconds int) time.Time { return noon.Add(time.Duration(seconds) * time.Second) }
	if got := object.PrincipalMissing(true, after(60), noon); got != time.Minute {
		t.Errorf("it has been missing for %s", got)
	}
	if got := object.PrincipalMissing(true, after(90), after(-600)); got != 90*time.Second {
		t.Errorf("what the object says counts again: %s", got)
	}
}

func TestWhatAWSDeletedByItselfIsBuriedToo(t *testing.T) {
	store := belief.NewStore(noon.Add(-time.Hour))
	linked := iam.Observation{Role: &iam.Role{ID: "AROA1"}, BegunAt: noon}
	store.Of("old").Wrote(belief.Write{Before: linked, After: linked}, noon)
	if got := store.Of("new").Judge(belief.Reading{Observation: linked}, noon); got.Judgement != belief.Take {
		t.Errorf("while AWS deletes it the judgement is %d", got.Judgement)
	}
	store.Of("old").Deleted(noon)
	if got := store.Of("new").Judge(belief.Reading{Observation: linked}, noon); got.Judgement != belief.Buried {
		t.Errorf("after AWS deleted it the judgement is %d", got.Judgement)
	}
}

func TestOnlyWhatWeAttachedIsRememberedAsOurs(t *testing.T) {
	role := func(attached ...string) iam.Observation {
		return iam.Observation{Role: &iam.Role{ID: "AROA1", Attached: attached}, BegunAt: noon}
	}
	object := belief.NewStore(noon).Of("uid")
	object.Wrote(belief.Write{Before: role("theirs"), After: role("theirs", "ours")}, noon)
	own := func(got iam.Observation) []string { return object.WithOwnAttachments(got).OwnAttachments }
	if got := own(role("theirs", "ours")); !slices.Equal(got, []string{"ours"}) {
		t.Errorf("ours are %q", got)
	}
	object.Wrote(belief.Write{Before: role("theirs", "ours"), After: role("theirs", "ours", "more")}, noon)
	if got := own(role("theirs", "ours", "more")); !slices.Equal(got, []string{"more", "ours"}) {
		t.Errorf("after another write ours are %q", got)
	}
	own(role("theirs"))
	if got := own(role("theirs", "ours")); len(got) > 0 {
		t.Error("what somebody detached and attached again is still taken for ours")
	}
	object.Wrote(belief.Write{Before: role("more"), After: iam.Observation{}}, noon)
	if got := own(role("more")); len(got) > 0 {
		t.Errorf("of a role that is gone %q is remembered", got)
	}
	if got := belief.NewStore(noon).Of("uid").WithOwnAttachments(role("ours")).OwnAttachments; len(got) > 0 {
		t.Errorf("after a restart %q is remembered", got)
	}
}
